using Stash.Core.Api;
using Stash.Core.CronJobs;

namespace Stash.Core.Tests.CronJobs;

public sealed class ConfigStatusTests
{
    private const string Next = "2026-01-03T03:00:00Z";
    private static readonly DateTimeOffset Then = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly Condition Good = new() { Type = "RepositoryFound", Status = "True", Reason = "Found", Message = "it exists" };

    [Fact]
    public void Update_IsNull_WhenTheStatusSaysItAlready()
    {
        var config = Samples.ConfigJson();
        config["status"] = ConfigStatus.Update(config, "Ready", [Good], Next, Then);

        ConfigStatus.Update(config, "Ready", [Good], Next, Then.AddHours(1)).ShouldBeNull();
    }

    [Theory]
    [InlineData("True", "2026-01-02T03:04:05Z")]
    [InlineData("False", "2026-01-02T04:04:05Z")]
    public void Update_MovesTheTime_OnlyWithTheConditionsStatus(string status, string time)
    {
        var config = Samples.ConfigJson();
        config["status"] = ConfigStatus.Update(config, "Ready", [Good], Next, Then);

        var after = ConfigStatus.Update(config, "Ready", [Good with { Status = status, Message = "changed" }], Next, Then.AddHours(1))!;

        ((string?)after["conditions"]![0]!["message"]).ShouldBe("changed");
        ((string?)after["conditions"]![0]!["lastTransitionTime"]).ShouldBe(time);
    }

    [Fact]
    public void Update_KeepsConditionsOfOthers()
    {
        var config = Samples.ConfigJson();
        config["status"] = ConfigStatus.Update(config, "Ready", [Good with { Type = "BackupTargetFound" }], Next, Then);

        var after = ConfigStatus.Update(config, "Ready", [Good], Next, Then)!;

        after["conditions"]!.AsArray().Select(condition => (string?)condition!["type"]).ShouldBe(["BackupTargetFound", "RepositoryFound"]);
        ((long?)after["observedGeneration"]).ShouldBe(3);
    }

    [Theory]
    [InlineData(Next, null)]
    [InlineData("2026-01-04T03:00:00Z", "2026-01-04T03:00:00Z")]
    [InlineData(null, "taken away")]
    public void Update_WritesTheNextTime_OnlyWhenItChanged(string? next, string? written)
    {
        var config = Samples.ConfigJson();
        config["status"] = ConfigStatus.Update(config, "Ready", [Good], Next, Then);

        var patch = ConfigStatus.Update(config, "Ready", [Good], next, Then);

        (patch is null ? null : (string?)patch["nextScheduleTime"] ?? "taken away").ShouldBe(written);
        patch?.ContainsKey("nextScheduleTime").ShouldBeTrue();
    }

    [Fact]
    public void Update_LeavesOutWhatRunWrites()
    {
        var config = Samples.ConfigJson();
        config["status"] = new System.Text.Json.Nodes.JsonObject { ["lastSession"] = "db-1" };

        ConfigStatus.Update(config, "Ready", [Good], Next, Then)!.ContainsKey("lastSession").ShouldBeFalse();
    }
}
