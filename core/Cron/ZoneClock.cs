namespace Stash.Core.Cron;

/// <summary>A wall clock in a zone, with Go's arithmetic for wall times that a zone skips or repeats.</summary>
/// <param name="Time">The instant, with the zone's offset.</param>
/// <param name="Zone">The zone.</param>
internal readonly record struct ZoneClock(DateTimeOffset Time, TimeZoneInfo Zone)
{
    public static ZoneClock At(DateTimeOffset instant, TimeZoneInfo zone) => new(TimeZoneInfo.ConvertTime(instant, zone), zone);

    /// <summary>
    /// The instant of a wall time as Go's time.Date finds it: by the offset at that time taken as UTC, then once more by the offset at
    /// the instant so found. A skipped time thus moves by the size of the jump.
    /// </summary>
    public static ZoneClock OfWallTime(DateTime wall, TimeZoneInfo zone)
    {
        var utc = DateTime.SpecifyKind(wall, DateTimeKind.Utc);
        var guess = utc - zone.GetUtcOffset(utc);
        return At(new DateTimeOffset(utc - zone.GetUtcOffset(guess), TimeSpan.Zero), zone);
    }

    /// <summary>So much later on a stopwatch.</summary>
    public ZoneClock Plus(TimeSpan span) => At(Time + span, Zone);

    /// <summary>The same wall time so many days later.</summary>
    public ZoneClock PlusDays(int days) => OfWallTime(Time.DateTime.AddDays(days), Zone);

    /// <summary>The first of the next month, at the same wall time.</summary>
    public ZoneClock NextMonth() => OfWallTime(Time.DateTime.AddMonths(1), Zone);

    /// <summary>Cut to the minute.</summary>
    public ZoneClock CutToMinute() => Plus(-TimeSpan.FromTicks(Time.UtcTicks % TimeSpan.TicksPerMinute));
}
