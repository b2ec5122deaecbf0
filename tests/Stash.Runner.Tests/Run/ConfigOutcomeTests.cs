using System.Globalization;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Runner.Run;

namespace Stash.Runner.Tests.Run;

/// <summary>Sessions that are created on the hour given and take ten minutes, told to a daily config one after the other.</summary>
public sealed class ConfigOutcomeTests
{
    [Theory]
    [InlineData("a=Succeeded@3", "a Succeeded 03:10 600s success=03:10 2048B failures=0")]
    [InlineData("a=Failed@3", "a Failed 03:10 600s success= B failures=1")]
    [InlineData("a=Skipped@3", "a Skipped 03:10 s success= B failures=")]
    [InlineData("a=Succeeded@3 b=Failed@4 c=Failed@5", "c Failed 05:10 600s success=03:10 2048B failures=2")]
    [InlineData("a=Failed@3 b=Failed@4 c=Succeeded@5", "c Succeeded 05:10 600s success=05:10 2048B failures=0")]
    [InlineData("a=Succeeded@3 b=Failed@4 c=Skipped@5", "c Skipped 05:10 600s success=03:10 2048B failures=1")]
    // Told twice: by a second attempt, by a session of the same name later on, with others in between.
    [InlineData("a=Failed@3 a=Failed@3 a=Failed@3", "a Failed 03:10 600s success= B failures=1")]
    [InlineData("a=Failed@3 a=Failed@4", "a Failed 04:10 600s success= B failures=2")]
    [InlineData("a=Failed@3 b=Skipped@4 a=Failed@3", "b Skipped 04:10 600s success= B failures=1")]
    [InlineData("a=Failed@3 b=Succeeded@4 a=Failed@3", "b Succeeded 04:10 600s success=04:10 2048B failures=0")]
    // Told late: the newer one stays the last.
    [InlineData("b=Failed@4 a=Succeeded@3", "b Failed 04:10 600s success=03:10 B failures=1")]
    [InlineData("b=Succeeded@4 a=Succeeded@3", "b Succeeded 04:10 600s success=04:10 2048B failures=0")]
    // Before the config was created: another of that name's.
    [InlineData("a=Failed@1", "")]
    public void Patch_FoldsSessions_WhenTheyAreTold(string sessions, string expected)
    {
        var config = Config("0 3 * * *", paused: false);
        foreach (var told in sessions.Split(' '))
        {
            Apply(config, told);
        }

        Text(config["status"]).ShouldBe(expected);
    }

    [Theory]
    [InlineData("0 3 * * *", false, null, "2026-01-03T03:00:00Z")]
    [InlineData("0 3 * * *", true, "2026-01-02T03:00:00Z", null)]
    [InlineData(null, false, "2026-01-02T03:00:00Z", null)]
    [InlineData("@every 8h", false, "2026-01-02T03:00:00Z", "2026-01-02T11:00:00Z")]
    [InlineData("@every 8h", false, null, null)]
    public void Patch_TellsTheNextTime_WhenTheScheduleIs(string? schedule, bool paused, string? before, string? next)
    {
        var config = Config(schedule, paused);
        config["status"] = before is null ? null : new JsonObject { ["nextScheduleTime"] = before };

        Apply(config, "a=Succeeded@3");

        ((string?)config["status"]!["nextScheduleTime"]).ShouldBe(next);
    }

    [Fact]
    public void Patch_IsNull_WhenItWasToldBefore()
    {
        var config = Config("0 3 * * *", paused: false);
        Apply(config, "a=Failed@3");

        Apply(config, "a=Failed@3").ShouldBeNull();
    }

    private static JsonObject? Apply(JsonObject config, string told)
    {
        var (name, phase, hour) = (told.Split('=')[0], told.Split('=', '@')[1], int.Parse(told.Split('@')[1], CultureInfo.InvariantCulture));
        var created = new DateTimeOffset(2026, 1, 2, hour, 0, 0, TimeSpan.Zero);
        var ended = phase == Phase.Skipped
            ? SessionEnd.Skip(new BackupSessionStatus(), "Paused", "paused", created.AddMinutes(10))
            : new BackupSessionStatus
            {
                Phase = phase,
                SessionDuration = "10m0s",
                Targets = phase == Phase.Failed ? null : [new() { Stats = [Host("x"), Host("y")] }],
            };
        var patch = ConfigOutcome.Patch(
            config, new ObjectMeta { Name = name, CreationTimestamp = created }, ended, new DateTimeOffset(2026, 1, 2, 4, 30, 0, TimeSpan.Zero));
        foreach (var (field, value) in patch ?? [])
        {
            config["status"] ??= new JsonObject();
            config["status"]![field] = value?.DeepClone();
        }

        return patch;
    }

    private static HostStats Host(string name) => new() { Hostname = name, Snapshots = [new() { TotalSize = "1.000 KiB" }] };

    private static JsonObject Config(string? schedule, bool paused) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "db", ["namespace"] = "app", ["creationTimestamp"] = "2026-01-02T02:00:00Z" },
        ["spec"] = new JsonObject { ["schedule"] = schedule, ["paused"] = paused },
    };

    private static string Text(JsonNode? status) => status?["lastSession"] is null ? "" : string.Create(
        CultureInfo.InvariantCulture,
        $"{status["lastSession"]} {status["lastResult"]} {Clock(status["lastSessionTime"])} {status["lastDurationSeconds"]}s "
        + $"success={Clock(status["lastSuccessTime"])} {status["lastSizeBytes"]}B failures={status["consecutiveFailures"]}");

    private static string Clock(JsonNode? time) => time is null ? "" : ((string)time!)[11..16];
}
