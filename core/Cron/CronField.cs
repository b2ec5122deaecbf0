using System.Globalization;
using System.Numerics;

namespace Stash.Core.Cron;

/// <summary>One of the five fields: its name for messages, its range, its names for values.</summary>
internal sealed record CronField(string Name, int Least, int Most, string[]? Names = null)
{
    public static readonly CronField Minute = new("minute", 0, 59);

    public static readonly CronField Hour = new("hour", 0, 23);

    public static readonly CronField DayOfMonth = new("day of month", 1, 31);

    public static readonly CronField Month =
        new("month", 1, 12, ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]);

    public static readonly CronField DayOfWeek = new("day of week", 0, 6, ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]);

    /// <summary>In the order of a schedule.</summary>
    public static readonly CronField[] All = [Minute, Hour, DayOfMonth, Month, DayOfWeek];

    /// <summary>Highest value for H: no 29th, 30th or 31st, which some months lack.</summary>
    public int MostSpread => this == DayOfMonth ? 28 : Most;

    /// <summary>What the field takes, for a message.</summary>
    public string Allowed => Names is null
        ? string.Create(CultureInfo.InvariantCulture, $"{Least}-{Most}")
        : string.Create(CultureInfo.InvariantCulture, $"{Least}-{Most} or {Names[0]}-{Names[^1]}");
}

/// <summary>The values of a field, as bits.</summary>
/// <param name="Bits">Bit n stands for value n.</param>
/// <param name="Star">Whether a star or question mark without a step above 1 is among the terms: it takes part in how the two day fields combine.</param>
internal readonly record struct CronValues(ulong Bits, bool Star)
{
    public bool Has(int value) => (Bits & (1UL << value)) != 0;

    public int Count => BitOperations.PopCount(Bits);
}
