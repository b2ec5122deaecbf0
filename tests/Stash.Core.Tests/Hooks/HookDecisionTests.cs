using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Hooks;

namespace Stash.Core.Tests.Hooks;

public sealed class HookDecisionTests
{
    [Theory]
    [InlineData(null, false, true)]
    [InlineData(null, true, true)]
    [InlineData("Always", false, true)]
    [InlineData("Always", true, true)]
    [InlineData("OnFailure", false, false)]
    [InlineData("OnFailure", true, true)]
    [InlineData("OnSuccess", false, true)]
    [InlineData("OnSuccess", true, false)]
    [InlineData("OnFinalRetryFailure", false, false)]
    [InlineData("OnFinalRetryFailure", true, true)]
    public void Runs_FollowsThePolicy_WhateverBecameOfTheBackup(string? policy, bool failed, bool runs) => HookPolicy.Runs(policy, failed).ShouldBe(runs);

    [Theory]
    [InlineData(null, 300)]
    [InlineData("", 300)]
    [InlineData("nonsense", 300)]
    [InlineData("90s", 90)]
    [InlineData("100h", 86400)]
    public void Of_GivesTheTimeout_OrTheDefault(string? text, int seconds) => HookTimeout.Of(new Hook { Timeout = text }).TotalSeconds.ShouldBe(seconds);

    [Theory]
    [InlineData("""{"exec":["true"]}""", false, true)]
    [InlineData("""{"exec":["true"],"executor":{"functionName":"f"}}""", true, false)]
    [InlineData("""{"httpGet":{"port":80}}""", false, true)]
    [InlineData("""{"httpGet":{"port":80,"host":""}}""", false, true)]
    [InlineData("""{"httpGet":{"port":80,"host":"db"}}""", true, false)]
    [InlineData("""{"httpGet":{"port":"web","host":"db"}}""", true, true)]
    [InlineData("""{"httpPost":{"port":80,"host":"db"}}""", true, false)]
    [InlineData("""{"httpPost":{"port":80}}""", false, true)]
    [InlineData("""{"tcpSocket":{"port":80,"host":"db"}}""", true, false)]
    [InlineData("""{"tcpSocket":{"port":"db"}}""", false, true)]
    public void Place_IsThePods_UnlessAHostOrAnExecutorIsNamed(string json, bool once, bool needsPod)
    {
        var config = JsonNode.Parse("""{"spec":{"hooks":{"preBackup":""" + json + "}}}")!.AsObject();
        var hook = Stash.Core.Validation.ObjectReader.Read(config, StashJson.Default.BackupConfiguration).Value!.Spec.Hooks!.PreBackup!;

        (HookPlace.RunsOnce(hook), HookPlace.NeedsPod(hook)).ShouldBe((once, needsPod));
    }
}
