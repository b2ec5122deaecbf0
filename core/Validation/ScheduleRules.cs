using Stash.Core.Api;
using Stash.Core.Cron;

namespace Stash.Core.Validation;

/// <summary><c>spec.schedule</c> and <c>spec.timeZone</c>.</summary>
internal static class ScheduleRules
{
    private const int LongestSchedule = 1000;

    private static readonly TimeSpan Often = TimeSpan.FromMinutes(5);

    // Any fixed moment would do: what is asked is how close occurrences are, not when they come.
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static void Check(BackupConfiguration config, Findings findings)
    {
        CheckZone(config.Spec.TimeZone, FieldPath.Spec["timeZone"], findings);
        var field = FieldPath.Spec["schedule"];
        var text = config.Spec.Schedule;
        if (text is null)
        {
            findings.Warn(field, "not set: nothing runs by itself; kubectl create job --from=cronjob/... starts a backup");
            return;
        }

        if (string.IsNullOrWhiteSpace(text))
        {
            findings.Required(field, "five cron fields such as \"0 3 * * *\", or \"H H * * *\" for a time of the config's own");
            return;
        }

        if (text.Length > LongestSchedule)
        {
            findings.Invalid(field, text, "is too long for a schedule");
            return;
        }

        var seed = $"{config.Metadata.Namespace}/{config.Metadata.Name}";
        if (!CronSchedule.TryParse(text, seed, out var schedule, out var fault))
        {
            findings.Invalid(field, text, fault);
            return;
        }

        if (schedule.Next(Start, TimeZoneInfo.Utc) is not { } first)
        {
            findings.Invalid(field, text, "never comes: within five years no day is like that");
            return;
        }

        if (schedule.EitherDay)
        {
            findings.Warn(field, "day of month and day of week are both set: it runs when either matches");
        }

        if (LeastGap(schedule, first) < Often)
        {
            findings.Warn(field, "oftener than every 5 minutes: a run is left out while the one before still works");
        }
    }

    private static void CheckZone(string? zone, FieldPath field, Findings findings)
    {
        if (zone is null)
        {
            return;
        }

        if (zone.Length == 0)
        {
            findings.Invalid(field, zone, "must not be empty: leave it out for Etc/UTC, or name a zone such as Europe/Paris");
        }
        else if (zone.Equals("Local", StringComparison.OrdinalIgnoreCase))
        {
            findings.Invalid(field, zone, "must be a zone of the IANA time zone database such as Europe/Paris: a cluster has no local time");
        }
        else if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) || !found.HasIanaId)
        {
            var known = TimeZoneInfo.GetSystemTimeZones().Select(one => one.Id).Append("Etc/UTC").ToArray();
            var hint = NearestName.Find(zone, known) is { } nearest ? $"; did you mean {nearest}?" : " such as Europe/Paris";
            findings.Invalid(field, zone, $"must be a zone of the IANA time zone database{hint}");
        }
    }

    private static TimeSpan LeastGap(CronSchedule schedule, DateTimeOffset first)
    {
        var least = TimeSpan.MaxValue;
        var last = first;
        for (var i = 0; i < 120 && schedule.Next(last, TimeZoneInfo.Utc) is { } next; i++)
        {
            least = next - last < least ? next - last : least;
            last = next;
        }

        return least;
    }
}
