using System.Text.Json.Nodes;
using Stash.Core.CronJobs;

namespace Stash.Core.Tests.CronJobs;

public sealed class SyncPlanTests
{
    [Fact]
    public void Make_AppliesAccessBeforeTheCronJob_WhenNothingIsThere()
    {
        var plan = Plan(Samples.ConfigJson(), []);

        plan.Apply.Select(planned => (string)planned.Body["kind"]!).ShouldBe(["ServiceAccount", "RoleBinding", "CronJob"]);
        plan.Apply.ShouldAllBe(planned => !planned.Current);
        plan.Phase.ShouldBe("Ready");
        plan.Conditions.Select(condition => $"{condition.Type}={condition.Status}")
            .ShouldBe(["ValidationPassed=True", "RepositoryFound=True", "CronJobCreated=True"]);
    }

    [Fact]
    public void Make_LeavesObjectsAlone_WhenTheyHoldWhatIsAskedForAndMore()
    {
        var live = Applied(Samples.ConfigJson());
        foreach (var there in live)
        {
            there["metadata"]!["uid"] = "x";
            there["metadata"]!["labels"]!["somebody"] = "else";
            there["status"] = new JsonObject();
        }

        Plan(Samples.ConfigJson(), live).Apply.ShouldAllBe(planned => planned.Current);
    }

    [Theory]
    [InlineData("paused: true")]
    [InlineData("timeOut: 1h")]
    [InlineData("schedule: 0 4 * * *")]
    public void Make_AppliesTheCronJob_WhenTheConfigChanged(string spec) =>
        Plan(Samples.ConfigJson(spec), Applied(Samples.ConfigJson())).Apply.Where(planned => !planned.Current)
            .Select(planned => (string)planned.Body["kind"]!).ShouldBe(["CronJob"]);

    [Fact]
    public void Make_AppliesTheCronJob_WhenAFieldIsNoLongerAskedFor()
    {
        var live = Applied(Samples.ConfigJson("runtimeSettings: {pod: {nodeSelector: {disk: ssd}}}"));

        Plan(Samples.ConfigJson(), live).Apply[^1].Current.ShouldBeFalse();
    }

    [Fact]
    public void Make_AppliesTheCronJob_WhenSomebodyChangedIt()
    {
        var live = Applied(Samples.ConfigJson());
        live[^1]["spec"]!["suspend"] = true;

        Plan(Samples.ConfigJson(), live).Apply[^1].Current.ShouldBeFalse();
    }

    [Fact]
    public void Make_DeletesTheAccess_WhenTheConfigNamesItsOwn()
    {
        var plan = Plan(Samples.ConfigJson("runtimeSettings: {pod: {serviceAccountName: own}}"), Applied(Samples.ConfigJson()));

        plan.Delete.Select(unwanted => (string)unwanted["kind"]!).ShouldBe(["ServiceAccount", "RoleBinding"]);
    }

    [Fact]
    public void Make_NeverDeletes_WhatCarriesOtherLabels()
    {
        var live = Applied(Samples.ConfigJson());
        live[0]["metadata"]!["labels"]!["stash.appscode.com/invoker-name"] = "other";
        live[1]["metadata"]!["labels"]!.AsObject().Remove("app.kubernetes.io/managed-by");

        Plan(Samples.ConfigJson("runtimeSettings: {pod: {serviceAccountName: own}}"), live).Delete.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("schedule: 61 * * * *", "Invalid", "ValidationPassed", "spec.schedule")]
    [InlineData("schedule: [1]", "Invalid", "ValidationPassed", "spec.schedule")]
    [InlineData("repository: [{name: gone}]", "NotReady", "RepositoryFound", "Repository app/gone does not exist")]
    public void Make_KeepsWhatIsThereAndSaysWhy_WhenTheConfigIsNotReady(string spec, string phase, string condition, string message)
    {
        var plan = Plan(Samples.ConfigJson(spec), Applied(Samples.ConfigJson()));

        plan.Apply.ShouldBeEmpty();
        plan.Delete.ShouldBeEmpty();
        plan.Phase.ShouldBe(phase);
        plan.Conditions[^1].Type.ShouldBe(condition);
        plan.Conditions[^1].Status.ShouldBe("False");
        plan.Trouble!.ShouldContain(message);
    }

    [Fact]
    public void Make_LeavesAConfigAlone_WhenItIsBeingDeleted()
    {
        var config = Samples.ConfigJson();
        config["metadata"]!["deletionTimestamp"] = "2026-01-01T00:00:00Z";

        SyncPlan.Make(Input(config, [])).ShouldBeEmpty();
    }

    [Fact]
    public void Make_GivesTheSameBytesForAFile_ExceptTheOwner()
    {
        var file = Samples.ConfigJson("runtimeSettings: {pod: {tolerations: [{key: a, operator: Exists}], nodeSelector: {b: c, a: d}}}");
        var live = Samples.ConfigJson("runtimeSettings: {pod: {nodeSelector: {a: d, b: c}, tolerations: [{operator: Exists, key: a}]}}");
        file["metadata"]!.AsObject().Remove("uid");
        var fromFile = Plan(file, []).Apply.Select(planned => planned.Body.ToJsonString());
        var fromApi = Plan(live, []).Apply.Select(planned =>
        {
            planned.Body["metadata"]!.AsObject().Remove("ownerReferences").ShouldBeTrue();
            return planned.Body.ToJsonString();
        });

        fromFile.ShouldBe(fromApi);
    }

    private static ConfigPlan Plan(JsonObject config, IReadOnlyList<JsonObject> live) => SyncPlan.Make(Input(config, live)).ShouldHaveSingleItem();

    private static List<JsonObject> Applied(JsonObject config) => [.. Plan(config, []).Apply.Select(planned => planned.Body.DeepClone().AsObject())];

    private static SyncInput Input(JsonObject config, IReadOnlyList<JsonObject> live) =>
        new() { Configs = [config], Repositories = [Samples.RepositoryJson()], Live = live, Settings = Samples.Settings };
}
