using Stash.Core.Api;

namespace Stash.Runner.Run;

/// <summary>Where steps are told as they end, and what an earlier attempt told: a session's status, or the part of it that is one member's.</summary>
internal interface ISessionRecord
{
    /// <summary>The session as it was read.</summary>
    BackupSession Session { get; }

    /// <summary>Name of the session.</summary>
    string Name { get; }

    /// <summary>The status as it was last written.</summary>
    BackupSessionStatus Status { get; }

    /// <summary>Folds a step into the status and writes it; a failed write leaves the status as it was.</summary>
    Task WriteAsync(Func<BackupSessionStatus, BackupSessionStatus> fold, CancellationToken cancellationToken);
}
