using System.Globalization;
using Stash.Core.CronJobs;
using Stash.Core.Yaml;

namespace Stash.Core.Tests.CronJobs;

public sealed class NextScheduleTests
{
    private const string Noon = "2026-03-28T12:00:00Z";

    [Theory]
    [InlineData("schedule: '0 3 * * *'", null, "2026-03-29T03:00:00Z")]
    [InlineData("schedule: '0 12 * * *'", null, "2026-03-29T12:00:00Z")]
    [InlineData("{schedule: '0 3 * * *', timeZone: Europe/Berlin}", null, "2026-03-29T01:00:00Z")]
    [InlineData("{schedule: '0 3 * * *', paused: false}", null, "2026-03-29T03:00:00Z")]
    [InlineData("{schedule: '0 3 * * *', paused: true}", null, null)]
    [InlineData("paused: false", null, null)]
    [InlineData("schedule: ''", null, null)]
    [InlineData("schedule: 5", null, null)]
    [InlineData("schedule: '61 * * * *'", null, null)]
    [InlineData("schedule: '0 0 31 2 *'", null, null)]
    [InlineData("schedule: '@every 6h'", null, null)]
    [InlineData("schedule: '@every 6h'", "2026-03-28T07:15:30Z", "2026-03-28T13:15:30Z")]
    [InlineData("schedule: '@every 6h'", "2026-03-28T06:00:00Z", "2026-03-28T18:00:00Z")]
    [InlineData("schedule: '@every 6h'", "2025-01-01T00:00:00Z", "2026-03-28T18:00:00Z")]
    [InlineData("schedule: '@every 6h'", "2026-03-28T14:00:00Z", "2026-03-28T14:00:00Z")]
    public void Of_IsTheControllersNextTime_WhenTheSpecIs(string spec, string? anchor, string? next)
    {
        var config = YamlJson.Read($"metadata: {{name: db, namespace: shop}}\nspec: {(spec[0] == '{' ? spec : $"{{{spec}}}")}").Single();

        NextSchedule.Of(config, anchor is null ? null : At(anchor), At(Noon)).ShouldBe(next);
    }

    private static DateTimeOffset At(string time) => DateTimeOffset.Parse(time, CultureInfo.InvariantCulture);
}
