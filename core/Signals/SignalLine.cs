namespace Stash.Core.Signals;

/// <summary>
/// One line of JSON on the standard output of <c>stash-runner signal</c>: exactly one of the properties is set. The last line is the
/// <see cref="Result"/>; a stream that ends without one was cut, and the caller attaches again.
/// </summary>
public sealed record SignalLine
{
    /// <summary>How far the operation is; at most about one a second.</summary>
    public Progress? Progress { get; init; }

    /// <summary>A sentence for the log.</summary>
    public string? Log { get; init; }

    /// <summary>How it ended.</summary>
    public SignalResult? Result { get; init; }
}

/// <summary>How far a backup is, as restic tells it.</summary>
public sealed record Progress
{
    /// <summary>0 to 1.</summary>
    public double PercentDone { get; init; }

    /// <summary>Bytes read so far.</summary>
    public long BytesDone { get; init; }

    /// <summary>Bytes found so far.</summary>
    public long TotalBytes { get; init; }

    /// <summary>Files read so far.</summary>
    public long FilesDone { get; init; }

    /// <summary>Files found so far.</summary>
    public long TotalFiles { get; init; }

    /// <summary>Seconds since the start.</summary>
    public double SecondsElapsed { get; init; }

    /// <summary>Seconds to go, restic's estimate.</summary>
    public double? SecondsRemaining { get; init; }
}

/// <summary>How an operation ended.</summary>
public sealed record SignalResult
{
    /// <summary>Name of the BackupSession.</summary>
    public required string Session { get; init; }

    /// <summary>One of <see cref="SignalVerb"/>.</summary>
    public required string Verb { get; init; }

    /// <summary>One of <see cref="Signals.Outcome"/>.</summary>
    public required string Outcome { get; init; }

    /// <summary>A sentence for people: what happened and what to do. Never a secret.</summary>
    public required string Message { get; init; }

    /// <summary>Whether another attempt may end otherwise without anybody's doing.</summary>
    public bool Retryable { get; init; }

    /// <summary>When the operation began.</summary>
    public DateTimeOffset StartTime { get; init; }

    /// <summary>How long it took, in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>Whether the repository was made by this operation.</summary>
    public bool Initialized { get; init; }

    /// <summary>The snapshot, where one was saved: also with <see cref="Outcome.FilesUnread"/>.</summary>
    public BackupSummary? Backup { get; init; }

    /// <summary>Up to 50 of the paths that could not be read, each with the reason.</summary>
    public IReadOnlyList<string>? UnreadPaths { get; init; }

    /// <summary>How many paths could not be read.</summary>
    public long UnreadCount { get; init; }

    /// <summary>With verb forget.</summary>
    public ForgetSummary? Forget { get; init; }

    /// <summary>With verb stats.</summary>
    public StatsSummary? Stats { get; init; }
}

/// <summary>What restic says at the end of a backup.</summary>
public sealed record BackupSummary
{
    /// <summary>restic's id of the snapshot, full or short as that version prints it.</summary>
    public required string SnapshotId { get; init; }

    /// <summary>Files not in the parent snapshot.</summary>
    public long FilesNew { get; init; }

    /// <summary>Files changed since the parent snapshot.</summary>
    public long FilesChanged { get; init; }

    /// <summary>Files as in the parent snapshot.</summary>
    public long FilesUnmodified { get; init; }

    /// <summary>Files read.</summary>
    public long TotalFiles { get; init; }

    /// <summary>Bytes read.</summary>
    public long TotalBytes { get; init; }

    /// <summary>Bytes of new data, as restic's <c>data_added</c>.</summary>
    public long BytesAdded { get; init; }

    /// <summary>restic's own time in seconds.</summary>
    public double Seconds { get; init; }

    /// <summary>What the snapshot holds, where that is not what the request names.</summary>
    public IReadOnlyList<string>? Paths { get; init; }
}

/// <summary>What retention did.</summary>
public sealed record ForgetSummary
{
    /// <summary>Snapshots kept.</summary>
    public long Kept { get; init; }

    /// <summary>Snapshots removed.</summary>
    public long Removed { get; init; }
}

/// <summary>What is in the repository.</summary>
public sealed record StatsSummary
{
    /// <summary>Bytes stored, restic's mode raw-data.</summary>
    public long TotalBytes { get; init; }

    /// <summary>Snapshots in the whole repository.</summary>
    public long SnapshotCount { get; init; }
}

/// <summary>
/// How an operation on a repository ended: the stable codes shared by results, conditions, Events and logs.
/// </summary>
public static class Outcome
{
    /// <summary>Done, all of it.</summary>
    public const string Succeeded = "Succeeded";

    /// <summary>A snapshot was saved, but some files could not be read (restic's exit code 3).</summary>
    public const string FilesUnread = "FilesUnread";

    /// <summary>None of the paths to back up exists.</summary>
    public const string PathsMissing = "PathsMissing";

    /// <summary>The password does not open the repository.</summary>
    public const string WrongPassword = "WrongPassword";

    /// <summary>There is no repository at that place.</summary>
    public const string RepositoryNotFound = "RepositoryNotFound";

    /// <summary>Another holds a live lock.</summary>
    public const string RepositoryLocked = "RepositoryLocked";

    /// <summary>The repository is damaged.</summary>
    public const string RepositoryDamaged = "RepositoryDamaged";

    /// <summary>No space is left where the repository is.</summary>
    public const string StorageFull = "StorageFull";

    /// <summary>The place cannot be reached or refuses us.</summary>
    public const string BackendUnavailable = "BackendUnavailable";

    /// <summary>The Secret lacks a key, or is not mounted.</summary>
    public const string SecretIncomplete = "SecretIncomplete";

    /// <summary>restic was killed by a signal (out of memory, for example).</summary>
    public const string ResticKilled = "ResticKilled";

    /// <summary>The sidecar was asked to end.</summary>
    public const string Interrupted = "Interrupted";

    /// <summary>It took longer than allowed.</summary>
    public const string DeadlineExceeded = "DeadlineExceeded";

    /// <summary>The sidecar is busy with another session's operation.</summary>
    public const string SidecarBusy = "SidecarBusy";

    /// <summary>The sidecar restarted in the middle of the operation; the result is not known.</summary>
    public const string SidecarRestarted = "SidecarRestarted";

    /// <summary>The command whose output is backed up, or that a backup is restored into, failed; where it was a backup, no snapshot was saved.</summary>
    public const string CommandFailed = "CommandFailed";

    /// <summary>The request was not understood.</summary>
    public const string InvalidRequest = "InvalidRequest";

    /// <summary>Any other failure; the message has restic's own words.</summary>
    public const string Failed = "Failed";
}
