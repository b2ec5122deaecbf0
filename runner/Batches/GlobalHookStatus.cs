using Stash.Core.Api;
using Stash.Runner.Run;

namespace Stash.Runner.Batches;

/// <summary>The hooks of a whole batch in its session's conditions, as those of a target without a name; pure.</summary>
internal static class GlobalHookStatus
{
    /// <summary>What stands for the target of a hook that has none.</summary>
    public static readonly TargetReference None = new();

    private static readonly (string Global, string OfTarget)[] Types =
    [
        (SessionConditions.GlobalPreBackupHookSucceeded, SessionConditions.PreBackupHookExecutionSucceeded),
        (SessionConditions.GlobalPostBackupHookSucceeded, SessionConditions.PostBackupHookExecutionSucceeded),
    ];

    /// <summary>The part.</summary>
    public static BackupSessionStatus Show(BackupSessionStatus status)
    {
        var own = (status.Conditions ?? []).Where(IsOwn).Select(condition => condition with { Type = Types.First(type => type.Global == condition.Type).OfTarget });
        return status with { Targets = [new TargetStatus { Ref = None, Conditions = own.ToList() }], Conditions = [] };
    }

    /// <summary>The whole with a changed part.</summary>
    public static BackupSessionStatus Put(BackupSessionStatus status, BackupSessionStatus part) =>
        (part.Targets?.FirstOrDefault(target => target.Ref == None)?.Conditions ?? []).Aggregate(
            status, (whole, condition) => whole.With(condition with { Type = Types.First(type => type.OfTarget == condition.Type).Global }));

    private static bool IsOwn(Condition condition) => Array.Exists(Types, type => type.Global == condition.Type);
}
