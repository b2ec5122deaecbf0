namespace Stash.Core.Cron;

/// <summary>
/// A schedule in exactly the grammar that CronJobs accept (robfig/cron v3 ParseStandard, without TZ=), plus <c>H</c>: a value spread
/// by a seed, stable for each config, which <see cref="Text"/> resolves so that a CronJob can take it.
/// </summary>
public sealed class CronSchedule
{
    /// <summary>The schedule as a CronJob takes it, every H replaced by its value.</summary>
    public string Text => throw new NotImplementedException();

    /// <summary>Parses.</summary>
    /// <param name="text">Five fields or a descriptor.</param>
    /// <param name="seed">Spreads H; for a config its <c>namespace/name</c>.</param>
    /// <param name="schedule">The schedule, when true.</param>
    /// <param name="fault">A sentence that says which field is wrong and what it may be, when false.</param>
    public static bool TryParse(string text, string seed, out CronSchedule? schedule, out string? fault) => throw new NotImplementedException();

    /// <summary>The first occurrence after <paramref name="after"/>; null when there is none within five years (31 February).</summary>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone) => throw new NotImplementedException();

    /// <summary>The last occurrence before <paramref name="before"/>; null when there is none within five years.</summary>
    public DateTimeOffset? Previous(DateTimeOffset before, TimeZoneInfo zone) => throw new NotImplementedException();
}
