namespace Stash.Core.Cron;

/// <summary><c>@every</c>: a constant delay in whole seconds, one at the least.</summary>
internal sealed class DelayOccurrences(TimeSpan delay) : IOccurrences
{
    /// <summary>The delay.</summary>
    public TimeSpan Delay { get; } = delay < TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : CutToSecond(delay);

    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone)
    {
        var start = Cut(after);
        return DateTimeOffset.MaxValue - start > Delay ? TimeZoneInfo.ConvertTime(start + Delay, zone) : null;
    }

    public DateTimeOffset? Previous(DateTimeOffset before, TimeZoneInfo zone)
    {
        var end = Cut(before.AddTicks(TimeSpan.TicksPerSecond - 1));
        return end - DateTimeOffset.MinValue > Delay ? TimeZoneInfo.ConvertTime(end - Delay, zone) : null;
    }

    private static TimeSpan CutToSecond(TimeSpan span) => TimeSpan.FromTicks(span.Ticks - span.Ticks % TimeSpan.TicksPerSecond);

    private static DateTimeOffset Cut(DateTimeOffset time) => time.AddTicks(-(time.UtcTicks % TimeSpan.TicksPerSecond));
}
