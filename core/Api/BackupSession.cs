namespace Stash.Core.Api;

/// <summary>One run of a backup and its result (v1beta1). A user may create one for a backup at once.</summary>
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

    /// <summary>Whose run it is; immutable.</summary>
    public BackupSessionSpec Spec { get; init => field = value ?? new(); } = new();

    /// <summary>How far it is, and how it ended.</summary>
    public BackupSessionStatus? Status { get; init; }
}

/// <summary>The spec of a <see cref="BackupSession"/>.</summary>
public sealed record BackupSessionSpec
{
    /// <summary>The BackupConfiguration or BackupBatch; required.</summary>
    public InvokerReference? Invoker { get; init; }

    /// <summary>How many retries are left should this one fail.</summary>
    public int? RetryLeft { get; init; }
}

/// <summary>A BackupConfiguration or BackupBatch of the same namespace.</summary>
public sealed record InvokerReference
{
    /// <summary><c>stash.appscode.com</c>.</summary>
    public string? ApiGroup { get; init; }

    /// <summary><c>BackupConfiguration</c> or <c>BackupBatch</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Its name.</summary>
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
    /// <summary>One of <see cref="Api.Phase"/>.</summary>
    public string? Phase { get; init; }

    /// <summary>From creation to end, a Go duration.</summary>
    public string? SessionDuration { get; init; }

    /// <summary>When the session is given up.</summary>
    public DateTimeOffset? SessionDeadline { get; init; }

    /// <summary>Whether a later session retried this one.</summary>
    public bool? Retried { get; init; }

    /// <summary>When a later session is to retry this one.</summary>
    public DateTimeOffset? NextRetry { get; init; }

    /// <summary>One for each target.</summary>
    public IReadOnlyList<TargetStatus>? Targets { get; init; }

    /// <summary>Steps of the session as a whole.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }
}

/// <summary>What became of one target.</summary>
public sealed record TargetStatus
{
    /// <summary>The target.</summary>
    public TargetReference? Ref { get; init; }

    /// <summary>How many hosts (pods) it has.</summary>
    public int? TotalHosts { get; init; }

    /// <summary>One of <see cref="Api.Phase"/>.</summary>
    public string? Phase { get; init; }

    /// <summary>One for each host.</summary>
    public IReadOnlyList<HostStats>? Stats { get; init; }

    /// <summary>Names of what runs before the backup.</summary>
    public IReadOnlyList<string>? PreBackupActions { get; init; }

    /// <summary>Names of what runs after the backup.</summary>
    public IReadOnlyList<string>? PostBackupActions { get; init; }

    /// <summary>Steps of the target.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }
}

/// <summary>What became of one host.</summary>
public sealed record HostStats
{
    /// <summary>restic's host name.</summary>
    public required string Hostname { get; init; }

    /// <summary>One of <see cref="Api.Phase"/>.</summary>
    public string? Phase { get; init; }

    /// <summary>How long the backup took, a Go duration.</summary>
    public string? Duration { get; init; }

    /// <summary>What went wrong: a named failure, a colon and a sentence.</summary>
    public string? Error { get; init; }

    /// <summary>One for each path.</summary>
    public IReadOnlyList<SnapshotStats>? Snapshots { get; init; }
}

/// <summary>One snapshot.</summary>
public sealed record SnapshotStats
{
    /// <summary>restic's id of it, short form.</summary>
    public string? Name { get; init; }

    /// <summary>The path or paths that it holds.</summary>
    public string? Path { get; init; }

    /// <summary>Size of what was read, for people: <c>1.234 GiB</c>.</summary>
    public string? TotalSize { get; init; }

    /// <summary>Size of what was new, for people.</summary>
    public string? Uploaded { get; init; }

    /// <summary>restic's own time, <c>m:ss</c>.</summary>
    public string? ProcessingTime { get; init; }

    /// <summary>Counts of files.</summary>
    public FileStats? FileStats { get; init; }
}

/// <summary>Counts of files in a snapshot.</summary>
public sealed record FileStats
{
    /// <summary>All.</summary>
    public long? TotalFiles { get; init; }

    /// <summary>Not in the parent snapshot.</summary>
    public long? NewFiles { get; init; }

    /// <summary>Changed since the parent snapshot.</summary>
    public long? ModifiedFiles { get; init; }

    /// <summary>As in the parent snapshot.</summary>
    public long? UnmodifiedFiles { get; init; }
}
