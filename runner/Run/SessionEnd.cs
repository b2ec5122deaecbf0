using Stash.Core.Api;
using Stash.Core.Signals;
using Stash.Core.Tasks;

namespace Stash.Runner.Run;

/// <summary>Words how a session ended; pure.</summary>
internal static class SessionEnd
{
    /// <summary>Puts a failure that is not a host's into the status, and ends the session.</summary>
    public static BackupSessionStatus Fail(
        BackupSessionStatus status, NamedFailure failure, TargetReference? target, DateTimeOffset began, DateTimeOffset now) =>
        Tell(status, failure, target, now).FailRunningHooks(failure, now).End(failed: true, began, now);

    /// <summary>Puts a failure that is not a host's into the status, as the condition that tells of it; what still runs ends with it.</summary>
    public static BackupSessionStatus Tell(BackupSessionStatus status, NamedFailure failure, TargetReference? target, DateTimeOffset now)
    {
        var told = failure.Code switch
        {
            Outcome.DeadlineExceeded =>
                status.With(SessionConditions.True(SessionConditions.DeadlineExceeded, failure.Code, failure.Message, now)),
            FailureCodes.ConfigInvalid or FailureCodes.NotSupported or FailureCodes.RepositoryObjectNotFound
                or FailureCodes.FunctionNotFound or FailureCodes.FunctionUnusable or TaskFaults.TaskNotFound or TaskFaults.TaskUnusable =>
                status.With(SessionConditions.False(SessionConditions.ValidationPassed, failure, now)),
            FailureCodes.TargetNotFound or FailureCodes.NoPods or FailureCodes.SidecarMissing or FailureCodes.SidecarNotRunning
                when target is not null =>
                status.WithTargetCondition(target, SessionConditions.False(SessionConditions.BackupExecutorEnsured, failure, now)),
            FailureCodes.PreBackupHookFailed => status,
            _ => status.With(SessionConditions.False(SessionConditions.Completed, failure, now)),
        };
        return told.FailRunningHosts(failure);
    }

    /// <summary>The session was not run.</summary>
    public static BackupSessionStatus Skip(BackupSessionStatus status, string reason, string message, DateTimeOffset now) =>
        status.With(SessionConditions.True(SessionConditions.BackupSkipped, reason, message, now)) with { Phase = Phase.Skipped };

    /// <summary>The Event's reason for an ended session.</summary>
    public static string Reason(BackupSessionStatus status) => status.Phase switch
    {
        Phase.Succeeded => EventReasons.Succeeded,
        Phase.Skipped => EventReasons.Skipped,
        _ => EventReasons.Failed,
    };

    /// <summary>A sentence for an ended session, from its status alone, so that a second attempt says the same.</summary>
    public static string Sentence(string session, BackupSessionStatus status)
    {
        var hosts = (status.Targets ?? []).SelectMany(t => t.Stats ?? []).ToList();
        switch (status.Phase)
        {
            case Phase.Succeeded:
                var snapshots = hosts.SelectMany(h => h.Snapshots is { Count: > 0 } saved
                    ? saved.Select(s => $"{h.Hostname} {s.Name} ({s.TotalSize}, {s.Uploaded} new)")
                    : [$"{h.Hostname} (its sidecar told no statistics)"]);
                return $"{session}: backed up in {status.SessionDuration}: {string.Join(", ", snapshots)}";
            case Phase.Skipped:
                var skip = status.Conditions?.FirstOrDefault(c => c.Type == SessionConditions.BackupSkipped);
                return $"{session}: {skip?.Reason}: {skip?.Message}";
            default:
                var reasons = Failures(status, hosts).Distinct(StringComparer.Ordinal).ToList();
                return $"{session}: {(reasons.Count == 0 ? "failed" : string.Join("; ", reasons))}";
        }
    }

    private static IEnumerable<string> Failures(BackupSessionStatus status, List<HostStats> hosts)
    {
        var ofSession = (status.Conditions ?? []).Where(IsTrouble).Select(c => (c.Type, Words: Word(c), Whose: "")).ToList();
        var ofTargets = (status.Targets ?? []).SelectMany(t => (t.Conditions ?? []).Where(IsTrouble).Select(c => (c.Type, Words: Word(c), Whose: Whose(status, t)))).ToList();
        var told = ofSession.Where(one => one.Type == SessionConditions.DeadlineExceeded)
            .Concat(ofTargets.Where(one => one.Type != SessionConditions.PostBackupHookExecutionSucceeded))
            .Concat(ofSession.Where(one => one.Type != SessionConditions.DeadlineExceeded))
            .ToList();
        return told.Select(one => one.Words + one.Whose)
            .Concat(hosts.Where(h => h.Error is not null && !told.Exists(one => one.Words == h.Error)).Select(h => $"{h.Error} ({h.Hostname})"))
            .Concat(ofTargets.Where(one => one.Type == SessionConditions.PostBackupHookExecutionSucceeded).Select(one => one.Words + one.Whose));
    }

    private static bool IsTrouble(Condition condition) => condition.Type == SessionConditions.DeadlineExceeded
        ? condition.Status == "True"
        : condition.Status == "False" && condition.Reason != SkippedRetention;

    /// <summary>Which target it is, where there are several.</summary>
    private static string Whose(BackupSessionStatus status, TargetStatus target) =>
        status.Targets?.Count > 1 ? $" ({target.Ref?.Kind} {target.Ref?.Name})" : "";

    private static string Word(Condition condition) => condition.Type switch
    {
        SessionConditions.PreBackupHookExecutionSucceeded or SessionConditions.GlobalPreBackupHookSucceeded => $"{FailureCodes.PreBackupHookFailed}: {condition.Reason}: {condition.Message}",
        SessionConditions.PostBackupHookExecutionSucceeded or SessionConditions.GlobalPostBackupHookSucceeded => $"{FailureCodes.PostBackupHookFailed}: {condition.Reason}: {condition.Message}",
        _ => $"{condition.Reason}: {condition.Message}",
    };

    /// <summary>Reason of a retention that was left out because a host failed: a consequence, no failure of its own.</summary>
    public const string SkippedRetention = "BackupIncomplete";
}
