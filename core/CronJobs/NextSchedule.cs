using System.Globalization;
using System.Text.Json.Nodes;
using Stash.Core.Cron;
using Stash.Core.Injection;

namespace Stash.Core.CronJobs;

/// <summary>When a config's schedule is next due; pure. As the CronJob's controller reckons it, so that status tells what will happen.</summary>
public static class NextSchedule
{
    /// <summary>The next occurrence as <c>status.nextScheduleTime</c> carries it: RFC 3339, UTC, whole seconds.</summary>
    /// <param name="config">The config, as JSON; of its spec schedule, timeZone and paused are read.</param>
    /// <param name="anchor">
    /// What <c>@every</c> counts from: the CronJob's last scheduled time, else its creation, or any occurrence. Calendar schedules need none.
    /// </param>
    /// <param name="now">The time.</param>
    /// <returns>Null while paused, without a schedule or with one that cannot be read, and for <c>@every</c> without an anchor.</returns>
    public static string? Of(JsonObject config, DateTimeOffset? anchor, DateTimeOffset now) =>
        config.Object("spec").Flag("paused") == true || Schedule(config) is not { } schedule
            ? null
            : (schedule.Delay is { } delay ? Counted(anchor, delay, now) : schedule.Next(now, Zone(config)))
                ?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>The schedule of a config; null where there is none that can be read.</summary>
    public static CronSchedule? Schedule(JsonObject config)
    {
        var (metadata, spec) = (config.Object("metadata"), config.Object("spec"));
        var seed = $"{(metadata.Text("namespace") is { Length: > 0 } ns ? ns : "default")}/{metadata.Text("name")}";
        return spec.Text("schedule") is { Length: > 0 } text && CronSchedule.TryParse(text, seed, out var schedule, out _) ? schedule : null;
    }

    private static DateTimeOffset? Counted(DateTimeOffset? anchor, TimeSpan delay, DateTimeOffset now) =>
        anchor is not { } start || start > now ? anchor : start + ((Math.Floor((now - start) / delay) + 1) * delay);

    private static TimeZoneInfo Zone(JsonObject config) =>
        config.Object("spec").Text("timeZone") is { Length: > 0 } id && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? zone : TimeZoneInfo.Utc;
}
