namespace Stash.Core.Signals;

/// <summary>
/// What the runner asks a sidecar to do: one JSON object on the standard input of <c>stash-runner signal</c>, which hands it to the
/// sidecar over its Unix socket. Idempotent by <see cref="Session"/> and <see cref="Verb"/>: not begun, it begins; running, it
/// attaches; done, the recorded result comes back. Holds no secret: those are files in the sidecar.
/// </summary>
public sealed record SignalRequest
{
    /// <summary>Name of the BackupSession.</summary>
    public required string Session { get; init; }

    /// <summary>One of <see cref="SignalVerb"/>.</summary>
    public required string Verb { get; init; }

    /// <summary>The restic repository, as restic's <c>-r</c> takes it, for example <c>/repo/app</c> or <c>s3:https://host/bucket/prefix</c>.</summary>
    public required string Repository { get; init; }

    /// <summary>More environment for restic that is no secret (<c>AWS_DEFAULT_REGION</c> and the like).</summary>
    public IReadOnlyDictionary<string, string>? Environment { get; init; }

    /// <summary>Options before the verb, for example <c>-o</c>, <c>s3.region=...</c> or <c>--no-cache</c>.</summary>
    public IReadOnlyList<string>? GlobalArgs { get; init; }

    /// <summary>When the operation is interrupted; the sidecar ends restic then and records <see cref="Outcome.DeadlineExceeded"/>.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>How long restic waits for a live lock of another, a Go duration; default <c>0s</c>.</summary>
    public string? LockWait { get; init; }

    /// <summary>CPU priority of restic, nice(1).</summary>
    public int? Nice { get; init; }

    /// <summary>I/O priority class of restic, ionice(1).</summary>
    public int? IoNiceClass { get; init; }

    /// <summary>I/O priority of restic in its class.</summary>
    public int? IoNiceClassData { get; init; }

    /// <summary>With verb <see cref="SignalVerb.Backup"/>.</summary>
    public BackupOrder? Backup { get; init; }

    /// <summary>With verb <see cref="SignalVerb.Forget"/>.</summary>
    public ForgetOrder? Forget { get; init; }

    /// <summary>With verb <see cref="SignalVerb.Check"/>.</summary>
    public CheckOrder? Check { get; init; }
}

/// <summary>The verbs that a sidecar knows.</summary>
public static class SignalVerb
{
    /// <summary>Back up the paths; makes the repository first where allowed.</summary>
    public const string Backup = "backup";

    /// <summary>Apply the retention policy.</summary>
    public const string Forget = "forget";

    /// <summary>Check the repository's integrity.</summary>
    public const string Check = "check";

    /// <summary>Size and number of snapshots.</summary>
    public const string Stats = "stats";
}

/// <summary>What to back up.</summary>
public sealed record BackupOrder
{
    /// <summary>Absolute paths as the sidecar sees them; one snapshot holds them all.</summary>
    public required IReadOnlyList<string> Paths { get; init; }

    /// <summary>restic's host name.</summary>
    public required string Host { get; init; }

    /// <summary>Tags of the snapshot. The config's tag and the session's are among them.</summary>
    public required IReadOnlyList<string> Tags { get; init; }

    /// <summary>Patterns for <c>--exclude</c>.</summary>
    public IReadOnlyList<string>? Exclude { get; init; }

    /// <summary>More arguments for <c>restic backup</c>.</summary>
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>
    /// Whether a missing repository is made. False once the Repository's status knows a first backup: a repository that vanished is
    /// a failure to be told, not an empty one to be made in its place.
    /// </summary>
    public bool MayInitialize { get; init; }
}

/// <summary>Which snapshots to forget.</summary>
public sealed record ForgetOrder
{
    /// <summary>Hosts whose snapshots are looked at, each by itself.</summary>
    public required IReadOnlyList<string> Hosts { get; init; }

    /// <summary>The config's tag: no other snapshot is touched.</summary>
    public required string Tag { get; init; }

    /// <summary>What to keep.</summary>
    public required Api.RetentionPolicy Policy { get; init; }
}

/// <summary>How much to check.</summary>
public sealed record CheckOrder
{
    /// <summary>restic's <c>--read-data-subset</c>, for example <c>5%</c>; null checks the structure only.</summary>
    public string? ReadDataSubset { get; init; }
}
