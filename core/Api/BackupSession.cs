namespace Stash.Core.Api;

/// <summary>One run of a backup and its result. A user may create one for a backup at once.</summary>
public sealed record BackupSession
{
    /// <summary>Kind as written on the wire.</summary>
    public const string KindName = "BackupSession";

    // Source-generated deserialization sets every init property, absent ones to null: the setters put the defaults back.

    /// <summary><c>stash.appscode.com/v1beta1</c>.</summary>
    public string ApiVersion { get; init => field = value ?? StashApi.V1Beta1; } = StashApi.V1Beta1;

    /// <summary>Always <see cref="KindName"/>.</summary>
    public string Kind { get; init => field = value ?? KindName; } = KindName;

    /// <summary>Standard metadata.</summary>
    public ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>Whose run it is. Immutable.</summary>
    public BackupSessionSpec Spec { get; init => field = value ?? new(); } = new();

    /// <summary>How far it is, and how it ended.</summary>
    public BackupSessionStatus? Status { get; init; }
}

/// <summary>The spec of a <see cref="BackupSession"/>.</summary>
public sealed record BackupSessionSpec
{
    /// <summary>The config, of the same namespace, that is run. Required.</summary>
    public InvokerReference? Invoker { get; init; }

    /// <summary>How many retries are left should this one fail.</summary>
    public int? RetryLeft { get; init; }
}

/// <summary>A BackupConfiguration or BackupBatch of the same namespace.</summary>
public sealed record InvokerReference
{
    /// <summary>API group of the config. Default, and the only one: <c>stash.appscode.com</c>.</summary>
    public string? ApiGroup { get; init; }

    /// <summary><c>BackupConfiguration</c> or <c>BackupBatch</c>. Required.</summary>
    public string? Kind { get; init; }

    /// <summary>Name of the config. Required.</summary>
    public string? Name { get; init; }
}

/// <summary>The phases of a session, of a target and of a host.</summary>
public static class Phase
{
    /// <summary>Created, not begun.</summary>
    public const string Pending = "Pending";

    /// <summary>Not run, with a reason in condition <c>BackupSkipped</c>.</summary>
    public const string Skipped = "Skipped";

    /// <summary>Begun, not ended.</summary>
    public const string Running = "Running";

    /// <summary>Ended well.</summary>
    public const string Succeeded = "Succeeded";

    /// <summary>Ended with an error.</summary>
    public const string Failed = "Failed";

    /// <summary>Cannot be told.</summary>
    public const string Unknown = "Unknown";
}

/// <summary>The status of a <see cref="BackupSession"/>.</summary>
public sealed record BackupSessionStatus
{
    /// <summary>How far it is: <c>Pending</c>, <c>Running</c>, or how it ended: <c>Succeeded</c>, <c>Failed</c>, <c>Skipped</c>, <c>Unknown</c>.</summary>
    public string? Phase { get; init; }

    /// <summary>Time from creation to end, a Go duration such as <c>1m12s</c>.</summary>
    public string? SessionDuration { get; init; }

    /// <summary>When the session is given up.</summary>
    public DateTimeOffset? SessionDeadline { get; init; }

    /// <summary>Whether a later session retried this one.</summary>
    public bool? Retried { get; init; }

    /// <summary>When a later session is to retry this one.</summary>
    public DateTimeOffset? NextRetry { get; init; }

    /// <summary>What became of each target.</summary>
    public IReadOnlyList<TargetStatus>? Targets { get; init; }

    /// <summary>Steps of the session as a whole, for example RetentionPolicyApplied.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }
}

/// <summary>What became of one target.</summary>
public sealed record TargetStatus
{
    /// <summary>The target that this is about.</summary>
    public TargetReference? Ref { get; init; }

    /// <summary>How many hosts (pods) the target has.</summary>
    public int? TotalHosts { get; init; }

    /// <summary>How far the target is, or how it ended; as the session's phase.</summary>
    public string? Phase { get; init; }

    /// <summary>What became of each host.</summary>
    public IReadOnlyList<HostStats>? Stats { get; init; }

    /// <summary>Names of what runs before the backup.</summary>
    public IReadOnlyList<string>? PreBackupActions { get; init; }

    /// <summary>Names of what runs after the backup.</summary>
    public IReadOnlyList<string>? PostBackupActions { get; init; }

    /// <summary>Pods that preBackup ran in, so that postBackup runs in the same. An addition of this project.</summary>
    public IReadOnlyList<string>? HookPods { get; init; }

    /// <summary>Steps of this target alone.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }
}

/// <summary>What became of one host.</summary>
public sealed record HostStats
{
    /// <summary>Host name that restic gives the snapshots, for example <c>host-0</c>.</summary>
    public required string Hostname { get; init; }

    /// <summary>How far the host is, or how it ended; as the session's phase.</summary>
    public string? Phase { get; init; }

    /// <summary>How long the host's backup took, a Go duration such as <c>1m12s</c>.</summary>
    public string? Duration { get; init; }

    /// <summary>What went wrong: a named failure, a colon and a sentence.</summary>
    public string? Error { get; init; }

    /// <summary>The snapshots that were made, one for each path.</summary>
    public IReadOnlyList<SnapshotStats>? Snapshots { get; init; }
}

/// <summary>A snapshot that a session made.</summary>
public sealed record SnapshotStats
{
    /// <summary>Id of the snapshot in restic, short form.</summary>
    public string? Name { get; init; }

    /// <summary>The path or paths that the snapshot holds.</summary>
    public string? Path { get; init; }

    /// <summary>Size of what was read, for people, for example <c>1.234 GiB</c>.</summary>
    public string? TotalSize { get; init; }

    /// <summary>Size of what was new to the repository, for people.</summary>
    public string? Uploaded { get; init; }

    /// <summary>Time that restic took, in minutes and seconds: <c>m:ss</c>.</summary>
    public string? ProcessingTime { get; init; }

    /// <summary>How many files the snapshot holds.</summary>
    public FileStats? FileStats { get; init; }
}

/// <summary>Counts of files in a snapshot.</summary>
public sealed record FileStats
{
    /// <summary>Number of all files.</summary>
    public long? TotalFiles { get; init; }

    /// <summary>Number of files that the parent snapshot lacks.</summary>
    public long? NewFiles { get; init; }

    /// <summary>Number of files changed since the parent snapshot.</summary>
    public long? ModifiedFiles { get; init; }

    /// <summary>Number of files as in the parent snapshot.</summary>
    public long? UnmodifiedFiles { get; init; }
}
