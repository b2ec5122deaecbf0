using System.Globalization;
using System.Runtime.CompilerServices;
using Stash.Core.Cron;

namespace Stash.Core.Tests.Cron;

/// <summary>The tables: <c>cases.accepted.txt</c> with occurrences, <c>cases.refused.txt</c> with sentences, <c>cases.spread.txt</c> with what H becomes.</summary>
public sealed class CronCaseTests
{
    private const string Seed = "demo/db";

    public static TheoryData<string> Accepted => Rows("cases.accepted.txt");

    public static TheoryData<string> Refused => Rows("cases.refused.txt");

    public static TheoryData<string> Spread => Rows("cases.spread.txt");

    [Theory]
    [MemberData(nameof(Accepted))]
    public void Next_GivesTheOccurrences_WhenTheScheduleIsAccepted(string row)
    {
        var cells = row.Split(" | ");
        var zone = TimeZoneInfo.FindSystemTimeZoneById(cells[1]);
        var expected = cells[3].Split(' ');
        CronSchedule.TryParse(cells[0], Seed, out var schedule, out var fault).ShouldBeTrue(fault);

        var time = Time(cells[2]);
        var occurrences = expected.Select(_ => (time = schedule!.Next(time, zone)!.Value).ToString("yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture)).ToArray();

        occurrences.ShouldBe(expected);
        schedule!.Previous(time.AddSeconds(1), zone).ShouldBe(time);
        schedule.Previous(time, zone).ShouldNotBe(time);
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void TryParse_SaysWhatIsWrong_WhenTheScheduleIsRefused(string row)
    {
        var cells = row.Split(" | ", 2);

        CronSchedule.TryParse(cells[0], Seed, out _, out var fault).ShouldBeFalse();

        fault.ShouldBe(cells[1]);
    }

    [Theory]
    [MemberData(nameof(Spread))]
    public void Text_IsPlainCron_WhenTheScheduleSpreads(string row)
    {
        var cells = row.Split(" | ");

        CronSchedule.TryParse(cells[0], cells[1], out var schedule, out var fault).ShouldBeTrue(fault);

        schedule!.Text.ShouldBe(cells[2]);
        CronSchedule.TryParse(schedule.Text, "another/seed", out var plain, out _).ShouldBeTrue();
        plain!.Text.ShouldBe(cells[2]);
    }

    [Fact]
    public void Cases_AreMany() => (Accepted.Count + Refused.Count + Spread.Count).ShouldBeGreaterThanOrEqualTo(250);

    [Theory]
    [InlineData("0 0 31 2 *")]
    [InlineData("0 0 30 feb *")]
    [InlineData("0 0 31 4,6,9,11 *")]
    [InlineData(", * * * *")]
    public void Next_GivesNone_WhenNoDayIsLikeThat(string text)
    {
        CronSchedule.TryParse(text, Seed, out var schedule, out var fault).ShouldBeTrue(fault);

        schedule!.Next(Time("2026-01-01T00:00:00+00:00"), TimeZoneInfo.Utc).ShouldBeNull();
        schedule.Previous(Time("2026-01-01T00:00:00+00:00"), TimeZoneInfo.Utc).ShouldBeNull();
    }

    [Theory]
    [InlineData("@every 1h30m", "2026-01-01T00:00:00.7+00:00", "2026-01-01T01:30:00+00:00")]
    [InlineData("@every 90.9s", "2026-01-01T00:00:00+00:00", "2026-01-01T00:01:30+00:00")]
    [InlineData("@every 10ms", "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:01+00:00")]
    [InlineData("@every -1h", "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:01+00:00")]
    public void Next_CountsFromTheGivenTime_WhenTheScheduleIsADelay(string text, string after, string expected)
    {
        CronSchedule.TryParse(text, Seed, out var schedule, out var fault).ShouldBeTrue(fault);

        var next = schedule!.Next(Time(after), TimeZoneInfo.Utc)!.Value;

        next.ShouldBe(Time(expected));
        schedule.Next(schedule.Previous(next, TimeZoneInfo.Utc)!.Value, TimeZoneInfo.Utc).ShouldBe(next);
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);

    private static TheoryData<string> Rows(string file, [CallerFilePath] string path = "") =>
        [.. File.ReadAllLines(Path.Combine(Path.GetDirectoryName(path)!, file)).Where(line => line.Length > 0 && !line.StartsWith('#'))];
}
