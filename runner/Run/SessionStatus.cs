using Stash.Core.Api;
using Stash.Core.Cron;

namespace Stash.Runner.Run;

/// <summary>Folds what happened into a <see cref="BackupSessionStatus"/>; pure. Everything a second attempt must know is in there.</summary>
internal static class SessionStatus
{
    /// <summary>Whether a session or host in this phase is over.</summary>
    public static bool IsEnded(string? phase) => phase is Phase.Succeeded or Phase.Failed or Phase.Skipped;

    /// <summary>The session begins, or is gone on with: an earlier deadline stays.</summary>
    public static BackupSessionStatus Begin(BackupSessionStatus? before, DateTimeOffset deadline) => (before ?? new()) with
    {
        Phase = Phase.Running,
        SessionDeadline = before?.SessionDeadline ?? deadline,
    };

    /// <summary>Sets a condition; its time of change moves only with its status.</summary>
    public static BackupSessionStatus With(this BackupSessionStatus status, Condition condition) =>
        status with { Conditions = Set(status.Conditions, condition) };

    /// <summary>The target's hosts are known: those that are not ended are Running.</summary>
    public static BackupSessionStatus WithHosts(this BackupSessionStatus status, TargetReference target, IReadOnlyList<string> hosts)
    {
        var before = status.Targets?.FirstOrDefault(t => t.Ref == target);
        var ended = (before?.Stats ?? []).Where(s => IsEnded(s.Phase)).ToList();
        var running = hosts.Where(h => ended.TrueForAll(e => e.Hostname != h)).Select(h => new HostStats { Hostname = h, Phase = Phase.Running });
        return status.WithTarget(Judge((before ?? new TargetStatus { Ref = target }) with { Stats = [.. ended, .. running] }));
    }

    /// <summary>A host ended.</summary>
    public static BackupSessionStatus WithHost(this BackupSessionStatus status, TargetReference target, HostStats host)
    {
        var before = status.Targets?.FirstOrDefault(t => t.Ref == target) ?? new TargetStatus { Ref = target };
        var stats = (before.Stats ?? []).ToList();
        var index = stats.FindIndex(s => s.Hostname == host.Hostname);
        if (index < 0)
        {
            stats.Add(host);
        }
        else
        {
            stats[index] = host;
        }

        return status.WithTarget(Judge(before with { Stats = stats }));
    }

    /// <summary>Sets a condition of a target; <c>False</c> fails the target.</summary>
    public static BackupSessionStatus WithTargetCondition(this BackupSessionStatus status, TargetReference target, Condition condition)
    {
        var before = status.Targets?.FirstOrDefault(t => t.Ref == target) ?? new TargetStatus { Ref = target };
        return status.WithTarget(Judge(before with { Conditions = Set(before.Conditions, condition) }));
    }

    /// <summary>Every hook that still runs was cut off by the failure.</summary>
    public static BackupSessionStatus FailRunningHooks(this BackupSessionStatus status, NamedFailure failure, DateTimeOffset now) => status with
    {
        Targets = status.Targets?.Select(t => Judge(t with { Conditions = FailRunning(t.Conditions, failure, now) })).ToList(),
        Conditions = FailRunning(status.Conditions, failure, now),
    };

    /// <summary>Every host that still runs ends with the failure.</summary>
    public static BackupSessionStatus FailRunningHosts(this BackupSessionStatus status, NamedFailure failure) => status with
    {
        Targets = status.Targets?.Select(t => Judge(t with
        {
            Stats = t.Stats?.Select(s => IsEnded(s.Phase) ? s : s with { Phase = Phase.Failed, Error = failure.ToString() }).ToList(),
        })).ToList(),
    };

    /// <summary>The session is over: Failed if <paramref name="failed"/> or any target failed or is unfinished, else Succeeded.</summary>
    public static BackupSessionStatus End(this BackupSessionStatus status, bool failed, DateTimeOffset began, DateTimeOffset now) => status with
    {
        Phase = failed || (status.Targets ?? []).Any(t => t.Phase != Phase.Succeeded) ? Phase.Failed : Phase.Succeeded,
        SessionDuration = Duration(now - began),
    };

    /// <summary>A Go duration in whole seconds, or milliseconds below ten seconds.</summary>
    public static string Duration(TimeSpan value)
    {
        var unit = value < TimeSpan.FromSeconds(10) ? TimeSpan.TicksPerMillisecond : TimeSpan.TicksPerSecond;
        return GoDuration.Format(TimeSpan.FromTicks(Math.Max(0, value.Ticks) / unit * unit));
    }

    /// <summary>Puts a target's status in place, as it stands.</summary>
    public static BackupSessionStatus WithTargetStatus(this BackupSessionStatus status, TargetStatus target) => status.WithTarget(target);

    private static BackupSessionStatus WithTarget(this BackupSessionStatus status, TargetStatus target)
    {
        var targets = (status.Targets ?? []).ToList();
        var index = targets.FindIndex(t => t.Ref == target.Ref);
        if (index < 0)
        {
            targets.Add(target);
        }
        else
        {
            targets[index] = target;
        }

        return status with { Targets = targets };
    }

    private static List<Condition>? FailRunning(IReadOnlyList<Condition>? conditions, NamedFailure failure, DateTimeOffset now) =>
        conditions?.Select(c => c is { Status: "Unknown", Reason: Phase.Running }
            ? SessionConditions.False(c.Type ?? "", failure with { Message = $"{c.Message} when the session ended: {failure.Message}" }, now)
            : c).ToList();

    private static TargetStatus Judge(TargetStatus target)
    {
        var stats = target.Stats ?? [];
        var refused = (target.Conditions ?? []).Any(c => c.Status == "False");
        var phase = stats.Any(s => !IsEnded(s.Phase)) ? Phase.Running
            : refused || stats.Any(s => s.Phase != Phase.Succeeded) ? Phase.Failed
            : stats.Count == 0 ? IsEnded(target.Phase) ? target.Phase : Phase.Running
            : Phase.Succeeded;
        return target with { Phase = phase, TotalHosts = stats.Count == 0 ? target.TotalHosts : stats.Count };
    }

    private static List<Condition> Set(IReadOnlyList<Condition>? conditions, Condition condition)
    {
        var list = (conditions ?? []).ToList();
        var index = list.FindIndex(c => c.Type == condition.Type);
        if (index < 0)
        {
            list.Add(condition);
        }
        else
        {
            var kept = list[index].Status == condition.Status ? list[index].LastTransitionTime : null;
            list[index] = condition with { LastTransitionTime = kept ?? condition.LastTransitionTime };
        }

        return list;
    }
}
