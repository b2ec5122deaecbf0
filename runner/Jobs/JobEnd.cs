namespace Stash.Runner.Jobs;

/// <summary>How a Job ended, or why it is no longer waited for.</summary>
internal enum JobOutcome
{
    /// <summary>It is complete.</summary>
    Succeeded,

    /// <summary>A container of it failed; <see cref="JobEnd.Failed"/> tells which.</summary>
    Failed,

    /// <summary>Somebody deleted it, or its pod, before it ended.</summary>
    Deleted,

    /// <summary>No node takes its pod.</summary>
    Unschedulable,

    /// <summary>An image of it cannot be pulled.</summary>
    ImagePull,

    /// <summary>Its pod, or a container of it, cannot be made.</summary>
    NotCreated,

    /// <summary>It was not done by its deadline.</summary>
    DeadlineExceeded,
}

/// <summary>How a Job ended.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Message">A sentence for people that names Job, pod and what to do.</param>
internal sealed record JobEnd(JobOutcome Outcome, string Message)
{
    /// <summary>Name of the pod; null where there was none.</summary>
    public string? Pod { get; init; }

    /// <summary>Its containers that ended, in the order in which they ran.</summary>
    public IReadOnlyList<ContainerEnd> Containers { get; init; } = [];

    /// <summary>The last lines of the container that failed, see <see cref="LogTail"/>; empty where there are none.</summary>
    public string Log { get; init; } = "";

    /// <summary>Whether this program gave it up: it has not ended by itself, and is deleted so that nothing of it runs later.</summary>
    public bool GivenUp { get; init; }

    /// <summary>The first container that failed.</summary>
    public ContainerEnd? Failed => Containers.FirstOrDefault(c => c.ExitCode != 0);
}

/// <summary>How a container ended.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ExitCode">128 and the signal's number where a signal ended it.</param>
/// <param name="Reason">As Kubernetes words it, for example <c>Error</c> or <c>OOMKilled</c>.</param>
/// <param name="Message">What it left in its termination message.</param>
internal sealed record ContainerEnd(string Name, int ExitCode, string? Reason, string? Message);
