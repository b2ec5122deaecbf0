using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Signals;

namespace Stash.Core.Tasks;

/// <summary>What a Job of the Function-Task model is made from beside the Task and its Functions.</summary>
public sealed record TaskRun
{
    /// <summary>The config, valid, with its namespace.</summary>
    public required BackupConfiguration Config { get; init; }

    /// <summary>Its Repository, with its namespace.</summary>
    public required Repository Repository { get; init; }

    /// <summary>Name of the BackupSession.</summary>
    public required string Session { get; init; }

    /// <summary>uid of the BackupSession: the Job's name comes from it, and it owns the Job.</summary>
    public required string SessionUid { get; init; }

    /// <summary>restic's host name.</summary>
    public required string Host { get; init; }

    /// <summary>Seconds until the session's deadline: the Job's <c>activeDeadlineSeconds</c>.</summary>
    public required long Seconds { get; init; }

    /// <summary>What <c>stash-runner perform</c> does in the Job where its options do not say otherwise; holds no secret.</summary>
    public required SignalRequest Order { get; init; }

    /// <summary>The node that the pod must be on, because a pod there uses a claim of its that can be mounted on one node only; null: any.</summary>
    public string? Node { get; init; }
}

/// <summary>Objects to make for a Task, or why none can be made.</summary>
/// <param name="Job">batch/v1 Job; null with a <paramref name="Fault"/>.</param>
/// <param name="Claim">The interim PersistentVolumeClaim, to be made before the Job; null where none is asked for.</param>
/// <param name="Fault">Why there is no Job.</param>
public sealed record TaskPlan(JsonObject? Job, JsonObject? Claim, TaskFault? Fault);

/// <summary>Why no Job can be made of a Task.</summary>
/// <param name="Code">One of <see cref="TaskFaults"/>.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record TaskFault(string Code, string Message);

/// <summary>The stable codes of <see cref="TaskFault"/>.</summary>
public static class TaskFaults
{
    /// <summary>There is no Task of that name.</summary>
    public const string TaskNotFound = "TaskNotFound";

    /// <summary>The Task has no steps, or volumes that cannot be resolved.</summary>
    public const string TaskUnusable = "TaskUnusable";

    /// <summary>There is no Function of a step's name.</summary>
    public const string FunctionNotFound = "FunctionNotFound";

    /// <summary>No container can be made of a step's Function.</summary>
    public const string FunctionUnusable = "FunctionUnusable";
}

/// <summary>Names in a Job of the Function-Task model.</summary>
public static class TaskNames
{
    /// <summary>Environment variable of every container of the Job with <see cref="TaskRun.Order"/> as JSON.</summary>
    public const string OrderVariable = "STASH_ORDER";

    /// <summary>The volume of <c>spec.tempDir</c>, which every container has at <see cref="TempPath"/>: steps hand files on in it.</summary>
    public const string TempVolume = "stash-tmp";

    /// <summary>Where <see cref="TempVolume"/> is mounted.</summary>
    public const string TempPath = "/tmp";

    /// <summary>The volume of <c>spec.interimVolumeTemplate</c>.</summary>
    public const string InterimVolume = "stash-interim";

    /// <summary>The volume of a target that is a PersistentVolumeClaim.</summary>
    public const string TargetVolume = "stash-target";

    /// <summary>Kind of a target whose volume the Job mounts.</summary>
    public const string ClaimKind = "PersistentVolumeClaim";

    /// <summary>Names that a Task's own volumes may not have.</summary>
    public static readonly IReadOnlyList<string> Volumes =
    [
        TempVolume, InterimVolume, TargetVolume, SidecarNames.WorkVolume, SidecarNames.SecretVolume, SidecarNames.LocalBackendVolume,
    ];
}
