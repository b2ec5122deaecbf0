using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Core.Cron;
using Stash.Core.Hooks;

namespace Stash.Core.CronJobs;

/// <summary>How late a Job may start, and how long it may take.</summary>
public static class JobDeadlines
{
    /// <summary>How long a session may take when the config has no <c>timeOut</c>: nothing here runs for ever.</summary>
    public static readonly TimeSpan DefaultTimeOut = TimeSpan.FromDays(3);

    /// <summary>
    /// What the Job has beyond the session's time-out: for its pod to start, for a postBackup hook of five minutes and for the
    /// runner to say what happened before the Job's own deadline kills it. A hook that may take longer adds to it.
    /// </summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(30);

    private static readonly TimeSpan LastWords = TimeSpan.FromMinutes(4);
    private static readonly TimeSpan ShortestStart = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongestStart = TimeSpan.FromDays(7);
    private static readonly DateTimeOffset FirstDay = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private const int OccurrencesLookedAt = 64;

    /// <summary>How long a session of this config may take.</summary>
    public static TimeSpan TimeOut(BackupConfiguration config) =>
        config.Spec.TimeOut is { Length: > 0 } text && GoDuration.TryParse(text, out var value, out _) && value > TimeSpan.Zero
            ? value
            : DefaultTimeOut;

    /// <summary>Seconds for <c>activeDeadlineSeconds</c>: over all attempts of one Job.</summary>
    public static long ActiveSeconds(Invoker invoker) =>
        (long)Math.Ceiling((TimeOut(invoker.Whole) + Margin + Longer(Releases(invoker) - HookTimeout.Default)).TotalSeconds);

    /// <summary>
    /// Seconds that a runner's pod has to end after SIGTERM: for its postBackup hooks, where this attempt is the Job's last, and for its last
    /// words. Null without such a hook: Kubernetes' own 30 seconds do.
    /// </summary>
    public static long? GraceSeconds(Invoker invoker) => Releases(invoker) is { Ticks: > 0 } releases
        ? (long)Math.Ceiling((releases + LastWords).TotalSeconds)
        : null;

    /// <summary>As if every hook took its time, one after another.</summary>
    private static TimeSpan Releases(Invoker invoker) =>
        invoker.Releases.Aggregate(TimeSpan.Zero, (sum, hook) => sum + HookTimeout.Of(hook));

    private static TimeSpan Longer(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.Zero;

    /// <summary>
    /// Seconds for <c>startingDeadlineSeconds</c>. A backup that was missed (cluster down, controller down, the one before still
    /// running) is made up for until the next would come: the schedule's shortest period, at least five minutes, at most a week. The
    /// period is looked for from a fixed day on, so that the same schedule always gives the same number.
    /// </summary>
    public static long StartingSeconds(CronSchedule schedule)
    {
        var shortest = LongestStart;
        var last = schedule.Next(FirstDay, TimeZoneInfo.Utc);
        for (var i = 0; i < OccurrencesLookedAt && last is { } from; i++)
        {
            var next = schedule.Next(from, TimeZoneInfo.Utc);
            if (next is { } to && to - from < shortest)
            {
                shortest = to - from;
            }

            last = next;
        }

        return (long)(shortest < ShortestStart ? ShortestStart : shortest).TotalSeconds;
    }
}
