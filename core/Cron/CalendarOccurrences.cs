namespace Stash.Core.Cron;

/// <summary>
/// The occurrences of five fields. Moves as robfig/cron's SpecSchedule.Next does, field by field from the month down, so that a
/// CronJob's controller and this program agree on every instant, daylight-saving changes included.
/// </summary>
internal sealed class CalendarOccurrences(CronValues minutes, CronValues hours, CronValues days, CronValues months, CronValues weekdays) : IOccurrences
{
    private const int YearsAhead = 5;

    // A field such as "," is accepted and holds nothing: there is no need to walk five years of minutes to see it.
    private readonly bool never = Array.Exists([minutes, hours, months], field => field.Bits == 0);

    /// <summary>Both day fields restrict, so either suffices.</summary>
    public bool EitherDay => !days.Star && !weekdays.Star;

    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone)
    {
        if (never || DateTimeOffset.MaxValue.Year - after.Year <= YearsAhead + 1)
        {
            return null;
        }

        var clock = ZoneClock.At(after.AddTicks(TimeSpan.TicksPerSecond - after.UtcTicks % TimeSpan.TicksPerSecond), zone);
        var limit = clock.Time.Year + YearsAhead;
        var moved = false;
        while (clock.Time.Year <= limit)
        {
            if (SeekMonth(ref clock, ref moved) && SeekDay(ref clock, ref moved) && SeekHour(ref clock, ref moved) && SeekMinute(ref clock, ref moved))
            {
                return clock.Time;
            }
        }

        return null;
    }

    public DateTimeOffset? Previous(DateTimeOffset before, TimeZoneInfo zone)
    {
        if (never || before.Year <= YearsAhead + 1)
        {
            return null;
        }

        var earliest = before.AddYears(-YearsAhead);
        for (var reach = TimeSpan.FromHours(1); ; reach *= 2)
        {
            var start = before - earliest > reach ? before - reach : earliest;
            if (Next(start, zone) is { } found && found < before)
            {
                return Last(found, before, zone);
            }

            if (start == earliest)
            {
                return null;
            }
        }
    }

    /// <summary>Closes in on the last occurrence between one that is known and <paramref name="before"/>.</summary>
    private DateTimeOffset Last(DateTimeOffset found, DateTimeOffset before, TimeZoneInfo zone)
    {
        var end = before;
        while (end - found > TimeSpan.FromSeconds(1))
        {
            var middle = found + (end - found) / 2;
            if (Next(middle, zone) is { } next && next < before)
            {
                found = next;
            }
            else
            {
                end = middle;
            }
        }

        return found;
    }

    private bool SeekMonth(ref ZoneClock clock, ref bool moved)
    {
        while (!months.Has(clock.Time.Month))
        {
            if (!moved)
            {
                moved = true;
                clock = ZoneClock.OfWallTime(new DateTime(clock.Time.Year, clock.Time.Month, 1, 0, 0, 0, DateTimeKind.Unspecified), clock.Zone);
            }

            clock = clock.NextMonth();
            if (clock.Time.Month == 1)
            {
                return false;
            }
        }

        return true;
    }

    private bool SeekDay(ref ZoneClock clock, ref bool moved)
    {
        while (!IsDay(clock.Time))
        {
            if (!moved)
            {
                moved = true;
                clock = ZoneClock.OfWallTime(clock.Time.Date, clock.Zone);
            }

            clock = clock.PlusDays(1);

            // Where a zone skips midnight the clock is an hour off: 23 belongs to the day before, 1 is this day's first.
            if (clock.Time.Hour != 0)
            {
                clock = clock.Plus(TimeSpan.FromHours(clock.Time.Hour > 12 ? 24 - clock.Time.Hour : -clock.Time.Hour));
            }

            if (clock.Time.Day == 1)
            {
                return false;
            }
        }

        return true;
    }

    private bool SeekHour(ref ZoneClock clock, ref bool moved)
    {
        while (!hours.Has(clock.Time.Hour))
        {
            if (!moved)
            {
                moved = true;
                clock = ZoneClock.OfWallTime(clock.Time.Date.AddHours(clock.Time.Hour), clock.Zone);
            }

            clock = clock.Plus(TimeSpan.FromHours(1));
            if (clock.Time.Hour == 0)
            {
                return false;
            }
        }

        return true;
    }

    private bool SeekMinute(ref ZoneClock clock, ref bool moved)
    {
        while (!minutes.Has(clock.Time.Minute))
        {
            if (!moved)
            {
                moved = true;
                clock = clock.CutToMinute();
            }

            clock = clock.Plus(TimeSpan.FromMinutes(1));
            if (clock.Time.Minute == 0)
            {
                return false;
            }
        }

        return SeekSecond(ref clock, ref moved);
    }

    private bool IsDay(DateTimeOffset time)
    {
        var day = days.Has(time.Day);
        var weekday = weekdays.Has((int)time.DayOfWeek);
        return EitherDay ? day || weekday : day && weekday;
    }

    // A CronJob's second is always 0; from 12:00:30 that is the next minute, which has to be looked at again.
    private static bool SeekSecond(ref ZoneClock clock, ref bool moved)
    {
        if (clock.Time.Second == 0)
        {
            return true;
        }

        moved = true;
        clock = clock.CutToMinute().Plus(TimeSpan.FromMinutes(1));
        return false;
    }
}
