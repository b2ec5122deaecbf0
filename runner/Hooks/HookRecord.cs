using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Runner.Run;

namespace Stash.Runner.Hooks;

/// <summary>What a session's status tells of its hooks, and how they are told there; pure.</summary>
internal static class HookRecord
{
    /// <summary>Whether the hook ended, well or not: no attempt runs it again.</summary>
    public static bool IsDone(BackupSessionStatus status, TargetReference target, string type) => Condition(status, target, type)?.Status is "True" or "False";

    /// <summary>The pods that the hooks ran in so far.</summary>
    public static IReadOnlyList<string> Pods(BackupSessionStatus status, TargetReference target) =>
        status.Targets?.FirstOrDefault(t => t.Ref == target)?.HookPods ?? [];

    /// <summary>The status with a hook's condition, and the pods that it runs in.</summary>
    public static BackupSessionStatus With(BackupSessionStatus status, TargetReference target, Condition condition, IReadOnlyList<string>? pods)
    {
        var next = status.WithTargetCondition(target, condition);
        return pods is not { Count: > 0 }
            ? next
            : next with { Targets = next.Targets?.Select(t => t.Ref == target ? t with { HookPods = pods } : t).ToList() };
    }

    /// <exception cref="RunFailureException">The preBackup hook failed.</exception>
    public static void ThrowIfFailed(BackupSessionStatus status, TargetReference target)
    {
        if (Condition(status, target, SessionConditions.PreBackupHookExecutionSucceeded) is { Status: "False" } failed)
        {
            throw new RunFailureException(FailureCodes.PreBackupHookFailed, $"{failed.Reason}: {failed.Message}");
        }
    }

    /// <summary>An earlier attempt began to release the application: what was not backed up by then is not backed up any more, for nothing holds it still.</summary>
    /// <exception cref="RunFailureException">Hosts are left that were not backed up.</exception>
    public static void ThrowIfReleased(BackupSessionStatus status, TargetReference target)
    {
        var left = status.Targets?.FirstOrDefault(t => t.Ref == target)?.Stats?.Any(s => !SessionStatus.IsEnded(s.Phase)) == true;
        if (left && Condition(status, target, SessionConditions.PostBackupHookExecutionSucceeded) is not null)
        {
            throw new RunFailureException(BackupFailure(status) ?? new NamedFailure(FailureCodes.RunnerGone, "an earlier attempt had run the postBackup hook already"));
        }
    }

    /// <summary>Why the backup as recorded is none; null when every host of it succeeded.</summary>
    public static NamedFailure? BackupFailure(BackupSessionStatus status)
    {
        var told = (status.Targets ?? []).SelectMany(t => t.Conditions ?? []).Concat(status.Conditions ?? [])
            .FirstOrDefault(c => c.Status == "False" && c.Reason != SessionEnd.SkippedRetention && !IsOfPostBackup(c)
                || c is { Type: SessionConditions.DeadlineExceeded, Status: "True" });
        if (told is not null)
        {
            return new NamedFailure(told.Reason ?? "", told.Message ?? "");
        }

        var failed = (status.Targets ?? []).SelectMany(t => t.Stats ?? []).FirstOrDefault(h => h.Phase == Phase.Failed);
        return failed?.Error?.Split(": ", 2) is [var code, var message] ? new NamedFailure(code, $"{message} ({failed.Hostname})") : null;
    }

    /// <summary>Whether a session that nobody runs any more is still to be released: it began, and a postBackup hook of what it began did not end.</summary>
    /// <param name="session">The session.</param>
    /// <param name="invoker">Its config or batch; null where there is none that can be read.</param>
    public static bool NeedsRelease(BackupSession session, Invoker? invoker)
    {
        if (invoker is null || session.Status is not { Phase: Phase.Running } status)
        {
            return false;
        }

        return invoker.Batch is null
            ? IsToRun(invoker.Whole, status.Targets ?? [])
            : invoker.Members.Any(member => status.Targets?.FirstOrDefault(t => t.Ref == SessionHooks.TargetOf(member)) is { } begun && IsToRun(member, [begun]))
                || (invoker.Whole.Spec.Hooks?.PostBackup is not null && !(status.Conditions ?? []).Any(c => IsOfPostBackup(c) && IsEnd(c)));
    }

    private static bool IsToRun(BackupConfiguration config, IReadOnlyList<TargetStatus> targets) =>
        config.Spec.Hooks?.PostBackup is not null && !targets.SelectMany(t => t.Conditions ?? []).Any(c => IsOfPostBackup(c) && IsEnd(c));

    private static bool IsOfPostBackup(Condition condition) =>
        condition.Type is SessionConditions.PostBackupHookExecutionSucceeded or SessionConditions.GlobalPostBackupHookSucceeded;

    private static bool IsEnd(Condition condition) => condition.Status is "True" or "False";

    private static Condition? Condition(BackupSessionStatus status, TargetReference target, string type) =>
        status.Targets?.FirstOrDefault(t => t.Ref == target)?.Conditions?.FirstOrDefault(c => c.Type == type);
}
