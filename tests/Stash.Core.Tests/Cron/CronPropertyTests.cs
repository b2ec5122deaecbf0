using FsCheck;
using FsCheck.Fluent;
using Stash.Core.Cron;

namespace Stash.Core.Tests.Cron;

public sealed class CronPropertyTests
{
    private static readonly string[] Zones = ["UTC", "Europe/Paris", "America/New_York", "Australia/Sydney", "Asia/Kolkata"];

    private static readonly DateTimeOffset Epoch = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private static readonly Gen<(Sample Sample, string Zone, DateTimeOffset After)> Inputs =
        from sample in Sample.Generator
        from zone in Gen.Elements(Zones)
        from second in Gen.Choose(0, 4 * 365 * 24 * 3600)
        select (sample, zone, Epoch.AddSeconds(second));

    [Fact]
    public void Next_IsTheFirstMatch_AsABruteForceOverMinutesFindsIt() =>
        Prop.ForAll(Arb.From(Inputs), input =>
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(input.Zone);
            CronSchedule.TryParse(input.Sample.Text, "a/b", out var schedule, out var fault).ShouldBeTrue(fault);
            var next = schedule!.Next(input.After, zone);
            var end = input.After.AddDays(8);
            var minute = input.After.AddTicks(TimeSpan.TicksPerMinute - input.After.UtcTicks % TimeSpan.TicksPerMinute);
            while (minute < end && !input.Sample.Matches(TimeZoneInfo.ConvertTime(minute, zone)))
            {
                minute = minute.AddMinutes(1);
            }

            return (minute < end ? next == minute : next is null || next >= end).Label($"{next:o} is not {minute:o}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Fact]
    public void Previous_ComesBackToNext_WhateverTheSchedule() =>
        Prop.ForAll(Arb.From(Inputs), input =>
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(input.Zone);
            CronSchedule.TryParse(input.Sample.Text, "a/b", out var schedule, out _).ShouldBeTrue();
            if (schedule!.Next(input.After, zone) is not { } next)
            {
                return true;
            }

            var before = schedule.Previous(next, zone);
            return schedule.Previous(next.AddTicks(1), zone) == next
                && next > input.After
                && (before is null || before < next && schedule.Next(before.Value, zone) == next);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(60));

    [Fact]
    public void Text_IsStableBySeedAndWithinTheRange_WhateverTheSeed() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), seed =>
        {
            CronSchedule.TryParse("H H(2-5) H H H", seed.Get, out var first, out var fault).ShouldBeTrue(fault);
            CronSchedule.TryParse("H H(2-5) H H H", seed.Get, out var second, out _).ShouldBeTrue();
            var values = first!.Text.Split(' ').Select(int.Parse).ToArray();
            return first.Text == second!.Text
                && values[0] is >= 0 and <= 59 && values[1] is >= 2 and <= 5 && values[2] is >= 1 and <= 28 && values[3] is >= 1 and <= 12 && values[4] is >= 0 and <= 6;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    [Fact]
    public void Text_SpreadsOverTheHour_WhenThereAreManyConfigs()
    {
        var minutes = Enumerable.Range(0, 600).Select(i =>
        {
            CronSchedule.TryParse("H * * * *", $"demo/config-{i}", out var schedule, out _).ShouldBeTrue();
            return schedule!.Text.Split(' ')[0];
        });

        var counts = minutes.CountBy(minute => minute).Select(pair => pair.Value).ToArray();

        counts.Length.ShouldBe(60);
        counts.Max().ShouldBeLessThan(30);
    }

    /// <summary>A schedule made from sets of values, so that what it means is known without parsing it.</summary>
    private sealed record Sample(string Text, Func<DateTimeOffset, bool> Matches)
    {
        public static readonly Gen<Sample> Generator =
            from minute in Field(0, 59)
            from hour in Field(0, 23)
            from day in Field(1, 31)
            from month in Gen.Frequency((5, Gen.Constant(((string, HashSet<int>?))("*", null))), (1, Field(1, 12)))
            from weekday in Field(0, 6)
            select new Sample(
                $"{minute.Item1} {hour.Item1} {day.Item1} {month.Item1} {weekday.Item1}",
                time => Has(minute.Item2, time.Minute) && Has(hour.Item2, time.Hour) && Has(month.Item2, time.Month)
                    && (day.Item2 is null || weekday.Item2 is null
                        ? Has(day.Item2, time.Day) && Has(weekday.Item2, (int)time.DayOfWeek)
                        : Has(day.Item2, time.Day) || Has(weekday.Item2, (int)time.DayOfWeek)));

        private static bool Has(HashSet<int>? values, int value) => values is null || values.Contains(value);

        private static Gen<(string, HashSet<int>?)> Field(int least, int most) => Gen.Frequency(
            (2, Gen.Constant(((string, HashSet<int>?))("*", null))),
            (2, Gen.Choose(least, most).NonEmptyListOf().Select(values => ((string, HashSet<int>?))(string.Join(',', values), [.. values]))),
            (1, from first in Gen.Choose(least, most)
                from last in Gen.Choose(first, most)
                from step in Gen.Choose(1, 5)
                select ((string, HashSet<int>?))($"{first}-{last}/{step}", [.. Enumerable.Range(first, last - first + 1).Where(value => (value - first) % step == 0)])),
            (1, from step in Gen.Choose(2, 20)
                select ((string, HashSet<int>?))($"*/{step}", [.. Enumerable.Range(least, most - least + 1).Where(value => (value - least) % step == 0)])));
    }
}
