namespace Stash.Core.Api;

/// <summary>Several targets that are backed up in one session, into one Repository, on one schedule.</summary>
public sealed record BackupBatch
{
    /// <summary>Kind as written on the wire.</summary>
    public const string KindName = "BackupBatch";

    // Source-generated deserialization sets every init property, absent ones to null: the setters put the defaults back.

    /// <summary>Always <c>stash.appscode.com/v1beta1</c>.</summary>
    public string ApiVersion { get; init => field = value ?? StashApi.V1Beta1; } = StashApi.V1Beta1;

    /// <summary>Always <see cref="KindName"/>.</summary>
    public string Kind { get; init => field = value ?? KindName; } = KindName;

    /// <summary>Standard metadata.</summary>
    public ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>What is wanted.</summary>
    public BackupBatchSpec Spec { get; init => field = value ?? new(); } = new();

    /// <summary>What was observed; written by sync and run, of no effect on what is done.</summary>
    public BackupConfigurationStatus? Status { get; init; }
}

/// <summary>The spec of a <see cref="BackupBatch"/>.</summary>
public sealed record BackupBatchSpec
{
    /// <summary>What is backed up, by whom, with hooks of its own. Required, at least one; with more than one, each has a target.alias of its own.</summary>
    public IReadOnlyList<BatchMember>? Members { get; init; }

    /// <summary>When: five cron fields, or a descriptor such as <c>@daily</c>, as CronJobs take them; <c>H</c> in a field stands for a value of its own for each batch. Without it, backups are made on demand only.</summary>
    public string? Schedule { get; init; }

    /// <summary>Time zone of <see cref="Schedule"/>, a name of the IANA database such as <c>Europe/Paris</c>. Default: <c>Etc/UTC</c>. An addition of this project.</summary>
    public string? TimeZone { get; init; }

    /// <summary>How: <c>Restic</c>, or <c>VolumeSnapshotter</c>, which this version accepts but does not run. Default: <c>Restic</c>.</summary>
    public string? Driver { get; init; }

    /// <summary>Where to: the Repository that holds the snapshots of all members. Required, but for VolumeSnapshotter.</summary>
    public RepositoryReference? Repository { get; init; }

    /// <summary>Which snapshots are kept; applied after each backup, by host and by the batch's tag. Required.</summary>
    public RetentionPolicy? RetentionPolicy { get; init; }

    /// <summary>True suspends the CronJob: no backup runs by itself until it is false. Default: false.</summary>
    public bool? Paused { get; init; }

    /// <summary>How many finished BackupSessions are kept beside the newest finished one; 0 keeps none. Default: 1.</summary>
    public int? BackupHistoryLimit { get; init; }

    /// <summary>How long one session of all members may take, a Go duration such as <c>1h30m</c>; what takes longer is ended and fails. Default: three days.</summary>
    public string? TimeOut { get; init; }

    /// <summary>Further sessions after a failed one. This version accepts it but does not act on it.</summary>
    public RetryConfig? RetryConfig { get; init; }

    /// <summary>What runs once before the first member and once after the last. It has no pod to run in: name a host, or an executor.</summary>
    public BackupHooks? Hooks { get; init; }

    /// <summary>Whether the members are backed up side by side or in their order: <c>Parallel</c> or <c>Sequential</c>. Default: <c>Parallel</c>.</summary>
    public string? ExecutionOrder { get; init; }

    /// <summary>How the pods of the CronJob are to run; the members' sidecars and Jobs have settings of their own. An addition of this project.</summary>
    public RuntimeSettings? RuntimeSettings { get; init; }
}

/// <summary>One target of a <see cref="BackupBatch"/>.</summary>
public sealed record BatchMember : BackupTemplate;

/// <summary>Values of <c>spec.executionOrder</c>.</summary>
public static class ExecutionOrders
{
    /// <summary>Members side by side, a few at a time. The default.</summary>
    public const string Parallel = "Parallel";

    /// <summary>Each member after the one before it, whatever became of that.</summary>
    public const string Sequential = "Sequential";
}
