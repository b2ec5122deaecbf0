namespace Stash.Core.Cron;

/// <summary>
/// Finds the longest time between two occurrences of five fields without walking through them all. A gap of more than a day holds a
/// midnight. Where there is none of those every day has the same occurrences, so that one day's hours tell the gaps of more than an hour,
/// and where there is none of those either, one hour's minutes tell the rest. Two years are looked at: a schedule of months and weekdays both
/// may have a gap that is longer by days in another.
/// </summary>
internal static class LongestGap
{
    // A leap year and one that is none.
    private static readonly DateTimeOffset First = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly (TimeSpan Step, DateTimeOffset Until)[] Probes =
    [
        (TimeSpan.FromDays(1), First.AddYears(2)),
        (TimeSpan.FromHours(1), First.AddDays(2)),
        (TimeSpan.FromMinutes(1), First.AddHours(2)),
    ];

    /// <summary>The longest gap; null when there are no two occurrences.</summary>
    public static TimeSpan? Of(IOccurrences occurrences)
    {
        var longest = TimeSpan.Zero;
        foreach (var (step, until) in Probes)
        {
            longest = Probe(occurrences, step, until, longest);
            if (longest > step)
            {
                break;
            }
        }

        return longest > TimeSpan.Zero ? longest : null;
    }

    private static TimeSpan Probe(IOccurrences occurrences, TimeSpan step, DateTimeOffset until, TimeSpan longest)
    {
        var second = TimeSpan.FromSeconds(1);
        for (var probe = First; probe < until;)
        {
            if (occurrences.Next(probe - second, TimeZoneInfo.Utc) is not { } next)
            {
                break;
            }

            // No occurrence for longer than the longest gap known: only then is the one before worth looking for.
            if (occurrences.Next(next - longest - second, TimeZoneInfo.Utc) == next && occurrences.Previous(next, TimeZoneInfo.Utc) is { } previous)
            {
                longest = next - previous;
            }

            probe = First + ((Math.Floor((next - First) / step) + 1) * step);
        }

        return longest;
    }
}
