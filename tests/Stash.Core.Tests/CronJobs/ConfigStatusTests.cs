using Stash.Core.Api;
using Stash.Core.CronJobs;

namespace Stash.Core.Tests.CronJobs;

public sealed class ConfigStatusTests
{
    private static readonly DateTimeOffset Then = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly Condition Good = new() { Type = "RepositoryFound", Status = "True", Reason = "Found", Message = "it exists" };

    [Fact]
    public void Update_IsNull_WhenTheStatusSaysItAlready()
    {
        var config = Samples.ConfigJson();
        config["status"] = ConfigStatus.Update(config, "Ready", [Good], Then);

        ConfigStatus.Update(config, "Ready", [Good], Then.AddHours(1)).ShouldBeNull();
    }

    [Theory]
    [InlineData("True", "2026-01-02T03:04:05Z")]
    [InlineData("False", "2026-01-02T04:04:05Z")]
    public void Update_MovesTheTime_OnlyWithTheConditionsStatus(string status, string time)
    {
        var config = Samples.ConfigJson();
        config["status"] = ConfigStatus.Update(config, "Ready", [Good], Then);

        var after = ConfigStatus.Update(config, "Ready", [Good with { Status = status, Message = "changed" }], Then.AddHours(1))!;

        ((string?)after["conditions"]![0]!["message"]).ShouldBe("changed");
        ((string?)after["conditions"]![0]!["lastTransitionTime"]).ShouldBe(time);
    }

    [Fact]
    public void Update_KeepsConditionsOfOthers()
    {
        var config = Samples.ConfigJson();
        config["status"] = ConfigStatus.Update(config, "Ready", [Good with { Type = "BackupTargetFound" }], Then);

        var after = ConfigStatus.Update(config, "Ready", [Good], Then)!;

        after["conditions"]!.AsArray().Select(condition => (string?)condition!["type"]).ShouldBe(["BackupTargetFound", "RepositoryFound"]);
        ((long?)after["observedGeneration"]).ShouldBe(3);
    }
}
