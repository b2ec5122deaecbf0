using Stash.Core.Api;

namespace Stash.Runner.Run;

/// <summary>What the config's other sessions mean for this one.</summary>
/// <param name="Alive">A session that is at work or came first; this one is skipped for it. Null when there is none.</param>
/// <param name="Orphans">Sessions that nobody will ever end: their Job is gone.</param>
internal sealed record RivalVerdict(BackupSession? Alive, IReadOnlyList<BackupSession> Orphans);

/// <summary>Tells sessions that are alive from those whose runner is gone; pure.</summary>
internal static class Rivals
{
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(20);

    /// <summary>Judges the sessions of a config.</summary>
    /// <param name="own">The session of this run.</param>
    /// <param name="all">Every session of the config.</param>
    /// <param name="activeJobs">Uids of Jobs that may still make pods.</param>
    /// <param name="now">The time.</param>
    public static RivalVerdict Judge(
        BackupSession own, IReadOnlyList<BackupSession> all, IReadOnlySet<string> activeJobs, DateTimeOffset now)
    {
        var open = all.Where(s => s.Metadata.Name != own.Metadata.Name && !SessionStatus.IsEnded(s.Status?.Phase)).ToList();
        var orphans = open.Where(s => (s.Status?.Phase == Phase.Running || IsTakenOn(s)) && !HasRunner(s, own, activeJobs, now)).ToList();
        var alive = open.Where(s => HasRunner(s, own, activeJobs, now)).FirstOrDefault(s => s.Status?.Phase == Phase.Running || ComesFirst(s, own));
        return new RivalVerdict(alive, orphans);
    }

    /// <summary>Whether a Job has taken the session on.</summary>
    public static bool IsTakenOn(BackupSession session) => Label(session, Labels.JobUid) is not null;

    private static string? Label(BackupSession session, string name) =>
        session.Metadata.Labels?.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>
    /// A session that a Job took on lives with it, or with another Job that releases it; one that was run by hand until it is overdue; a
    /// request nobody took on waits. What an earlier attempt of this session's own Job began to release is not alive.
    /// </summary>
    private static bool HasRunner(BackupSession session, BackupSession own, IReadOnlySet<string> activeJobs, DateTimeOffset now) =>
        Label(session, Labels.ReleasedBy) is { } other && other != Label(own, Labels.JobUid) && activeJobs.Contains(other)
        || IsRun(session, activeJobs, now);

    private static bool IsRun(BackupSession session, IReadOnlySet<string> activeJobs, DateTimeOffset now) =>
        Label(session, Labels.JobUid) is { } uid
            ? activeJobs.Contains(uid)
            : session.Status is { Phase: Phase.Running } status && now < (status.SessionDeadline ?? session.Metadata.CreationTimestamp ?? now) + Overdue;

    /// <summary>Of two that begin at once, exactly one comes first.</summary>
    private static bool ComesFirst(BackupSession other, BackupSession own)
    {
        var byTime = Nullable.Compare(other.Metadata.CreationTimestamp, own.Metadata.CreationTimestamp);
        return byTime < 0 || (byTime == 0 && string.CompareOrdinal(other.Metadata.Name, own.Metadata.Name) < 0);
    }
}
