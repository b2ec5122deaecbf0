using Stash.Core.Api;
using Stash.Runner.Run;

namespace Stash.Runner.Batches;

/// <summary>A member's part of a batch's session, as the status of a session of its own; pure.</summary>
internal static class MemberStatus
{
    /// <summary>What is a target's in a config's session too; all else is the session's there.</summary>
    private static readonly string[] OfTargets =
    [
        SessionConditions.BackupExecutorEnsured, SessionConditions.PreBackupHookExecutionSucceeded, SessionConditions.PostBackupHookExecutionSucceeded,
    ];

    /// <summary>The member's target in a session's status; null while it has not begun.</summary>
    public static TargetStatus? Target(BackupSessionStatus status, TargetReference target) => status.Targets?.FirstOrDefault(one => one.Ref == target);

    /// <summary>The part.</summary>
    public static BackupSessionStatus Show(BackupSessionStatus status, TargetReference target)
    {
        var own = Target(status, target);
        var conditions = own?.Conditions ?? [];
        return status with
        {
            Targets = own is null ? [] : [own with { Conditions = conditions.Where(IsOfTarget).ToList() }],
            Conditions = conditions.Where(condition => !IsOfTarget(condition)).ToList(),
        };
    }

    /// <summary>The whole with a changed part; others' targets, and the session's own conditions, stay as they are.</summary>
    public static BackupSessionStatus Put(BackupSessionStatus status, TargetReference target, BackupSessionStatus part)
    {
        var changed = Target(part, target) ?? new TargetStatus { Ref = target };
        IReadOnlyList<Condition> conditions = [.. changed.Conditions ?? [], .. part.Conditions ?? []];
        var fails = changed.Phase == Phase.Succeeded && conditions.Any(condition => condition.Status == "False");
        return status.WithTargetStatus(changed with { Conditions = conditions, Phase = fails ? Phase.Failed : changed.Phase });
    }

    /// <summary>The member is over: one that never came as far as its hosts has failed.</summary>
    public static BackupSessionStatus End(BackupSessionStatus part, TargetReference target)
    {
        var own = Target(part, target) ?? new TargetStatus { Ref = target };
        return SessionStatus.IsEnded(own.Phase) ? part : part.WithTargetStatus(own with { Phase = Phase.Failed });
    }

    /// <summary>The member is not begun, and never will be.</summary>
    public static BackupSessionStatus Skip(BackupSessionStatus status, TargetReference target, string reason, string message, DateTimeOffset now) =>
        status.WithTargetStatus((Target(status, target) ?? new TargetStatus { Ref = target }) with
        {
            Phase = Phase.Skipped,
            Conditions = [SessionConditions.True(SessionConditions.BackupSkipped, reason, message, now)],
        });

    private static bool IsOfTarget(Condition condition) => OfTargets.Contains(condition.Type, StringComparer.Ordinal);
}
