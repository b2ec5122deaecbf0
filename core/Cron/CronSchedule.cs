using System.Diagnostics.CodeAnalysis;

namespace Stash.Core.Cron;

/// <summary>
/// A schedule in exactly the grammar that CronJobs accept (robfig/cron v3 ParseStandard, without TZ=), plus <c>H</c>: a value spread
/// by a seed, stable for each config, which <see cref="Text"/> resolves so that a CronJob can take it.
/// </summary>
public sealed class CronSchedule
{
    private readonly IOccurrences occurrences;

    private CronSchedule(string text, IOccurrences occurrences) => (Text, this.occurrences) = (text, occurrences);

    /// <summary>The schedule as a CronJob takes it, every H replaced by its value.</summary>
    public string Text { get; }

    /// <summary>Whether day of month and day of week are both set, which cron reads as "either".</summary>
    public bool EitherDay => occurrences is CalendarOccurrences { EitherDay: true };

    /// <summary>The delay of an <c>@every</c> schedule; null for one that follows the calendar.</summary>
    public TimeSpan? Delay => (occurrences as DelayOccurrences)?.Delay;

    /// <summary>
    /// The longest time between two occurrences, daylight-saving changes left aside: three days for <c>0 3 * * 1-5</c>. Null when none comes
    /// within five years.
    /// </summary>
    public TimeSpan? LongestGap => Delay ?? Cron.LongestGap.Of(occurrences);

    /// <summary>Parses.</summary>
    /// <param name="text">Five fields or a descriptor.</param>
    /// <param name="seed">Spreads H; for a config its <c>namespace/name</c>.</param>
    /// <param name="schedule">The schedule, when true.</param>
    /// <param name="fault">A sentence that says which field is wrong and what it may be, when false.</param>
    public static bool TryParse(
        string text,
        string seed,
        [NotNullWhen(true)] out CronSchedule? schedule,
        [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(seed);
        schedule = null;
        var parser = new CronParser(seed);
        if (parser.TryParse(text, out var resolved, out var occurrences, out fault))
        {
            schedule = new CronSchedule(resolved, occurrences);
            return true;
        }

        return false;
    }

    /// <summary>The first occurrence after <paramref name="after"/>; null when there is none within five years (31 February).</summary>
    /// <remarks>
    /// As robfig/cron does it: a wall time that a zone skips in spring does not fire, one that it repeats in autumn fires both times.
    /// <c>@every</c> has no anchor: it counts from <paramref name="after"/>, cut to the second.
    /// </remarks>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        return occurrences.Next(after, zone);
    }

    /// <summary>The last occurrence before <paramref name="before"/>; null when there is none within five years.</summary>
    public DateTimeOffset? Previous(DateTimeOffset before, TimeZoneInfo zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        return occurrences.Previous(before, zone);
    }
}

/// <summary>When a schedule fires.</summary>
internal interface IOccurrences
{
    /// <summary>The first occurrence after a time.</summary>
    DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone);

    /// <summary>The last occurrence before a time.</summary>
    DateTimeOffset? Previous(DateTimeOffset before, TimeZoneInfo zone);
}
