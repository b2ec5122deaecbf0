using Stash.Core.Cron;

namespace Stash.Core.Tests.Cron;

public sealed class LongestGapTests
{
    [Theory]
    [InlineData("* * * * *", "00:01:00")]
    [InlineData("*/15 * * * *", "00:15:00")]
    [InlineData("*/25 * * * *", "00:25:00")]
    [InlineData("0,50 * * * *", "00:50:00")]
    [InlineData("@hourly", "01:00:00")]
    [InlineData("30 */5 * * *", "05:00:00")]
    [InlineData("0 0,1,20 * * *", "19:00:00")]
    [InlineData("*/10 8-18 * * *", "13:10:00")]
    [InlineData("0 3 * * *", "1.00:00:00")]
    [InlineData("*/5 8-18 * * 1-5", "2.13:05:00")]
    [InlineData("0 3 * * 1-5", "3.00:00:00")]
    [InlineData("@weekly", "7.00:00:00")]
    [InlineData("0 3 * * 1,4", "4.00:00:00")]
    [InlineData("0 0 1 * *", "31.00:00:00")]
    [InlineData("0 0 31 * *", "61.00:00:00")]
    [InlineData("0 0 29 * *", "59.00:00:00")]
    [InlineData("0 0 1,15 * 3", "7.00:00:00")]
    [InlineData("* * * 1 *", "335.00:01:00")]
    [InlineData("@yearly", "366.00:00:00")]
    [InlineData("0 0 29 2 *", "1461.00:00:00")]
    [InlineData("@every 90m", "01:30:00")]
    [InlineData("0 0 31 2 *", null)]
    public void LongestGap_IsFound_WhenTheScheduleIs(string text, string? gap) =>
        Parse(text).LongestGap.ShouldBe(gap is null ? null : TimeSpan.Parse(gap, null));

    /// <summary>Against a walk through every occurrence of three years, for schedules drawn at random.</summary>
    [Fact]
    public void LongestGap_IsThatOfAWalk_WhenSchedulesAreDrawn()
    {
        var random = new Random(7);
        for (var i = 0; i < 150; i++)
        {
            var text = $"{Field(random, 60, 10)} {Field(random, 24, 3)} {Day(random, 1, 28)} {(i % 2 == 0 ? $"{Day(random, 1, 12)} *" : $"* {Day(random, 0, 6)}")}";
            var schedule = Parse(text);
            var last = schedule.Next(new DateTimeOffset(2022, 12, 31, 0, 0, 0, TimeSpan.Zero), TimeZoneInfo.Utc)!.Value;
            var longest = TimeSpan.Zero;
            while (last < new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero))
            {
                var next = schedule.Next(last, TimeZoneInfo.Utc)!.Value;
                longest = next - last > longest ? next - last : longest;
                last = next;
            }

            schedule.LongestGap.ShouldBe(longest, text);
        }
    }

    private static string Field(Random random, int size, int least) =>
        random.Next(2) == 0 ? $"*/{random.Next(least, size)}" : string.Join(',', Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next(size)).Distinct().Order());

    private static string Day(Random random, int first, int last) =>
        random.Next(3) > 0 ? "*" : string.Join(',', Enumerable.Range(0, random.Next(1, 3)).Select(_ => random.Next(first, last + 1)).Distinct().Order());

    private static CronSchedule Parse(string text)
    {
        CronSchedule.TryParse(text, "shop/db", out var schedule, out var fault).ShouldBeTrue(fault);
        return schedule!;
    }
}
