using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.CronJobs;
using Stash.Core.Kubernetes;
using Stash.Core.Yaml;
using Stash.Runner.Tests.Golden;

namespace Stash.Runner.Tests.Sync;

public sealed class SyncTests(SyncCluster cluster) : IClassFixture<SyncCluster>
{
    private const string Daily = "schedule: '15 3 * * *'";

    private static readonly ResourceType[] Made = [ResourceTypes.ServiceAccounts, ResourceTypes.RoleBindings, ResourceTypes.CronJobs];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sync_MakesTheConfigsObjects_AndThenWritesNothing()
    {
        var ns = await cluster.NamespaceAsync(Token);
        var config = await cluster.ConfigAsync(ns, "db", Daily, Token);

        (await cluster.SyncAsync(ns, Token)).ShouldBe(ExitCodes.Done);

        var made = await MadeAsync(ns, "stash-bc-db");
        made.ShouldAllBe(one => (string?)one["metadata"]!["ownerReferences"]![0]!["uid"] == (string?)config["metadata"]!["uid"]);
        var status = await cluster.StatusAsync(ns, "db");
        ((string?)status["phase"]).ShouldBe("Ready");
        ((string?)status["nextScheduleTime"])!.ShouldEndWith("T03:15:00Z");
        var before = await VersionsAsync(ns);
        var requests = cluster.Cluster.Requests.Count;

        (await cluster.SyncAsync(ns, Token)).ShouldBe(ExitCodes.Done);

        cluster.Cluster.Requests.Skip(requests).Where(request => request.Namespace == ns).ShouldAllBe(request => request.Verb == "list");
        (await VersionsAsync(ns)).ShouldBe(before);
    }

    [Fact]
    public async Task Sync_MakesABatchsObjects_BesideThoseOfAConfigOfItsName()
    {
        var ns = await cluster.NamespaceAsync(Token);
        await cluster.ConfigAsync(ns, "db", Daily, Token);
        var batch = await cluster.ApplyAsync(ResourceTypes.BackupBatches, $$"""
            apiVersion: stash.appscode.com/v1beta1
            kind: BackupBatch
            metadata: {name: db, namespace: {{ns}}}
            spec:
              {{Daily}}
              repository: {name: repo}
              retentionPolicy: {name: keep-1, keepLast: 1, prune: true}
              members: [{target: {ref: {apiVersion: apps/v1, kind: StatefulSet, name: db}, paths: [/data]} }]
            """, Token);
        await cluster.ApplyAsync(ResourceTypes.BackupSessions, $$"""
            apiVersion: stash.appscode.com/v1beta1
            kind: BackupSession
            metadata: {name: mine, namespace: {{ns}}}
            spec: {invoker: {apiGroup: stash.appscode.com, kind: BackupBatch, name: db} }
            """, Token);

        (await cluster.SyncAsync(ns, Token)).ShouldBe(ExitCodes.Done);

        var made = await MadeAsync(ns, "stash-bb-db");
        made.Count.ShouldBe(Made.Length);
        made.ShouldAllBe(one => (string?)one["metadata"]!["ownerReferences"]![0]!["uid"] == (string?)batch["metadata"]!["uid"]);
        (await MadeAsync(ns, "stash-bc-db")).Count.ShouldBe(Made.Length);
        var job = (await cluster.ListAsync(ResourceTypes.Jobs, ns, Token)).ShouldHaveSingleItem();
        job["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]!.AsArray().Select(arg => (string)arg!).ShouldBe(["--batch", "db", "--namespace", ns, "--session", "mine"]);
        var status = (await cluster.Client.GetAsync(ResourceTypes.BackupBatches, ns, "db", Token))["status"]!;
        ((string?)status["phase"], ((string?)status["nextScheduleTime"])![^10..]).ShouldBe(("Ready", "T03:15:00Z"));
        var before = await VersionsAsync(ns);

        (await cluster.SyncAsync(ns, Token)).ShouldBe(ExitCodes.Done);

        (await VersionsAsync(ns)).ShouldBe(before);
    }

    [Fact]
    public async Task Sync_DoesTheSame_WhenTheBuiltProgramRunsIt()
    {
        var ns = await cluster.NamespaceAsync(Token);
        await cluster.ConfigAsync(ns, "db", Daily, Token);

        var end = await RunnerProgram.RunAsync(
            Path.GetTempPath(), ["sync", "--kubeconfig", cluster.Cluster.KubeconfigPath, "-n", ns, "--image", "runner:1"], "", Token);

        end.ExitCode.ShouldBe(ExitCodes.Done, end.Output + end.Error);
        end.Output.ShouldContain($"CronJob {ns}/stash-bc-db: created");
        (await MadeAsync(ns, "stash-bc-db")).Count.ShouldBe(Made.Length);
    }

    [Fact]
    public async Task Sync_StartsARequestedSessionOnce_WhenTwoRunAtTheSameTime()
    {
        var ns = await cluster.NamespaceAsync(Token);
        await cluster.ConfigAsync(ns, "db", Daily, Token);
        await cluster.SyncAsync(ns, Token);
        var session = await cluster.SessionAsync(ns, "mine", "db", Token);

        (await Task.WhenAll(cluster.SyncAsync(ns, Token), cluster.SyncAsync(ns, Token))).ShouldBe([ExitCodes.Done, ExitCodes.Done]);
        (await cluster.SyncAsync(ns, Token)).ShouldBe(ExitCodes.Done);

        var job = (await cluster.ListAsync(ResourceTypes.Jobs, ns, Token)).ShouldHaveSingleItem();
        ((string?)job["metadata"]!["ownerReferences"]![0]!["uid"]).ShouldBe((string?)session["metadata"]!["uid"]);
        job["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]!.AsArray().TakeLast(2).Select(one => (string?)one).ShouldBe(["--session", "mine"]);
    }

    [Fact]
    public async Task Sync_ClosesARequestedSession_WhenItsConfigDoesNotExist()
    {
        var ns = await cluster.NamespaceAsync(Token);
        await cluster.SessionAsync(ns, "mine", "gone", Token);

        (await cluster.SyncAsync(ns, Token)).ShouldBe(ExitCodes.Done);

        var status = (await cluster.FindAsync(ResourceTypes.BackupSessions, ns, "mine"))!["status"]!;
        ((string?)status["phase"]).ShouldBe("Failed");
        status.ToJsonString().ShouldContain("there is no BackupConfiguration gone");
        (await cluster.ListAsync(ResourceTypes.Events, ns, Token)).ShouldContain(one => (string?)one["reason"] == "BackupFailed");
        (await cluster.ListAsync(ResourceTypes.Jobs, ns, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Sync_WritesNothing_WhenItIsADryRun()
    {
        var ns = await cluster.NamespaceAsync(Token);
        await cluster.ConfigAsync(ns, "db", Daily, Token);

        (await cluster.SyncAsync(ns, Token, dryRun: true)).ShouldBe(ExitCodes.Done);

        (await cluster.FindAsync(ResourceTypes.CronJobs, ns, "stash-bc-db")).ShouldBeNull();
        (await cluster.FindAsync(ResourceTypes.BackupConfigurations, ns, "db"))!["status"].ShouldBeNull();
    }

    [Theory]
    [InlineData("paused: true", "suspend", "true")]
    [InlineData("timeZone: Europe/Berlin", "timeZone", "\"Europe/Berlin\"")]
    public async Task Sync_ChangesTheCronJob_WhenTheConfigChanges(string change, string field, string expected)
    {
        var ns = await cluster.NamespaceAsync(Token);
        await cluster.ConfigAsync(ns, "db", Daily, Token);
        await cluster.SyncAsync(ns, Token);
        await cluster.ConfigAsync(ns, "db", $"{Daily}\n  {change}", Token);

        await cluster.SyncAsync(ns, Token);

        (await cluster.FindAsync(ResourceTypes.CronJobs, ns, "stash-bc-db"))!["spec"]![field]!.ToJsonString().ShouldBe(expected);
    }

    [Fact]
    public async Task Sync_MendsTheCronJob_WhenSomebodyChangedIt()
    {
        var ns = await cluster.NamespaceAsync(Token);
        await cluster.ConfigAsync(ns, "db", Daily, Token);
        await cluster.SyncAsync(ns, Token);
        var change = new JsonObject { ["spec"] = new JsonObject { ["concurrencyPolicy"] = "Allow" } };
        await cluster.Client.MergePatchAsync(ResourceTypes.CronJobs, ns, "stash-bc-db", change, null, Token);

        await cluster.SyncAsync(ns, Token);

        ((string?)(await cluster.FindAsync(ResourceTypes.CronJobs, ns, "stash-bc-db"))!["spec"]!["concurrencyPolicy"]).ShouldBe("Forbid");
    }

    [Fact]
    public async Task Sync_TakesTheNextTimeAway_AndNothingThatRunWrote_WhenTheConfigIsPaused()
    {
        var ns = await cluster.NamespaceAsync(Token);
        await cluster.ConfigAsync(ns, "db", Daily, Token);
        await cluster.SyncAsync(ns, Token);
        var told = new JsonObject { ["status"] = new JsonObject { ["lastSession"] = "db-1", ["consecutiveFailures"] = 2 } };
        await cluster.Client.MergePatchAsync(ResourceTypes.BackupConfigurations, ns, "db", told, new WriteOptions { Subresource = "status" }, Token);
        await cluster.ConfigAsync(ns, "db", $"{Daily}\n  paused: true", Token);

        await cluster.SyncAsync(ns, Token);

        var status = await cluster.StatusAsync(ns, "db");
        status["nextScheduleTime"].ShouldBeNull();
        ((string?)status["lastSession"], (int?)status["consecutiveFailures"]).ShouldBe(("db-1", 2));
    }

    [Fact]
    public async Task Sync_LeavesNothingBehind_WhenTheConfigIsDeleted()
    {
        var ns = await cluster.NamespaceAsync(Token);
        await cluster.ConfigAsync(ns, "db", Daily, Token);
        await cluster.SyncAsync(ns, Token);

        await cluster.Client.DeleteAsync(ResourceTypes.BackupConfigurations, ns, "db", null, Token);

        await SyncCluster.UntilAsync(async () => (await MadeAsync(ns, "stash-bc-db")).Count == 0);
        (await cluster.SyncAsync(ns, Token)).ShouldBe(ExitCodes.Done);
    }

    [Theory]
    [InlineData("schedule: '61 * * * *'", "Invalid", "ValidationPassed", "spec.schedule")]
    [InlineData("repository: [{name: gone}]", "NotReady", "RepositoryFound", "gone does not exist")]
    public async Task Sync_SaysWhyAndKeepsTheCronJob_WhenTheConfigIsNoLongerReady(string spec, string phase, string type, string message)
    {
        var ns = await cluster.NamespaceAsync(Token);
        await cluster.ConfigAsync(ns, "db", Daily, Token);
        await cluster.SyncAsync(ns, Token);
        var change = new JsonObject { ["spec"] = YamlJson.Read(spec).Single() };
        await cluster.Client.MergePatchAsync(ResourceTypes.BackupConfigurations, ns, "db", change, null, Token);

        (await cluster.SyncAsync(ns, Token)).ShouldBe(ExitCodes.Done);

        var status = await cluster.StatusAsync(ns, "db");
        ((string?)status["phase"]).ShouldBe(phase);
        ((string?)SyncCluster.Conditions(status).Single(condition => (string?)condition["type"] == type)["message"])!.ShouldContain(message);
        (await cluster.FindAsync(ResourceTypes.CronJobs, ns, "stash-bc-db")).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("{image: 'a:1', args: ['${mode}']}", "FunctionUnusable", "spec.args[0]: variable mode has no value")]
    [InlineData(null, "FunctionNotFound", "spec.target.sidecar.functionName: Not found")]
    public async Task Sync_SaysWhyAndKeepsTheCronJob_WhenTheFunctionWasChangedOrDeleted(string? spec, string reason, string message)
    {
        var ns = await cluster.NamespaceAsync(Token);
        await cluster.FunctionAsync(ns, "{image: 'a:1'}", Token);
        await cluster.ConfigAsync(ns, "db", Daily, Token);
        var change = YamlJson.Read($"spec: {{target: {{sidecar: {{functionName: {ns}}}}}}}").Single();
        await cluster.Client.MergePatchAsync(ResourceTypes.BackupConfigurations, ns, "db", change, null, Token);
        await cluster.SyncAsync(ns, Token);
        ((string?)(await cluster.StatusAsync(ns, "db"))["phase"]).ShouldBe("Ready");
        await BreakAsync();

        (await cluster.SyncAsync(ns, Token)).ShouldBe(ExitCodes.Done);
        (await cluster.SyncAsync(ns, Token)).ShouldBe(ExitCodes.Done);

        var status = await cluster.StatusAsync(ns, "db");
        ((string?)status["phase"]).ShouldBe("NotReady");
        var passed = SyncCluster.Conditions(status).Single(condition => (string?)condition["type"] == "ValidationPassed");
        ((string?)passed["status"], (string?)passed["reason"]).ShouldBe(("False", reason));
        ((string?)passed["message"])!.ShouldContain(message);
        (await cluster.FindAsync(ResourceTypes.CronJobs, ns, "stash-bc-db")).ShouldNotBeNull();
        var told = (await cluster.ListAsync(ResourceTypes.Events, ns, Token)).ShouldHaveSingleItem();
        ((string?)told["type"], (string?)told["reason"], (int?)told["count"], (string?)told["involvedObject"]!["name"])
            .ShouldBe(("Warning", reason, 1, "db"));

        // Mended, and broken again: the Event counts up.
        await cluster.FunctionAsync(ns, "{image: 'a:1'}", Token);
        await cluster.SyncAsync(ns, Token);
        ((string?)(await cluster.StatusAsync(ns, "db"))["phase"]).ShouldBe("Ready");
        await BreakAsync();
        await cluster.SyncAsync(ns, Token);
        ((int?)(await cluster.ListAsync(ResourceTypes.Events, ns, Token)).ShouldHaveSingleItem()["count"]).ShouldBe(2);

        Task BreakAsync() => spec is null
            ? cluster.Client.DeleteAsync(ResourceTypes.Functions, null, ns, null, Token)
            : cluster.FunctionAsync(ns, spec, Token);
    }

    [Fact]
    public async Task Sync_TouchesNoForeignObject_AndGoesOnWithTheNextConfig()
    {
        var ns = await cluster.NamespaceAsync(Token);
        await cluster.ConfigAsync(ns, "a", Daily, Token);
        await cluster.ConfigAsync(ns, "b", Daily, Token);
        await cluster.ApplyAsync(ResourceTypes.ServiceAccounts, $"{{apiVersion: v1, kind: ServiceAccount, metadata: {{name: stash-bc-a, namespace: {ns}}}}}", Token);

        (await cluster.SyncAsync(ns, Token)).ShouldBe(ExitCodes.TryAgain);

        (await cluster.FindAsync(ResourceTypes.ServiceAccounts, ns, "stash-bc-a"))!["metadata"]!["labels"].ShouldBeNull();
        ((string?)(await cluster.StatusAsync(ns, "a"))["phase"]).ShouldBe("NotReady");
        ((string?)(await cluster.StatusAsync(ns, "b"))["phase"]).ShouldBe("Ready");
    }

    [Fact]
    public async Task Sync_MakesTheBindingAnew_WhenItsRoleChanges()
    {
        var ns = await cluster.NamespaceAsync(Token);
        await cluster.ConfigAsync(ns, "db", Daily, Token);
        await cluster.SyncAsync(ns, Token);

        (await cluster.SyncAsync(ns, Token, role: "another")).ShouldBe(ExitCodes.Done);

        ((string?)(await cluster.FindAsync(ResourceTypes.RoleBindings, ns, "stash-bc-db"))!["roleRef"]!["name"]).ShouldBe("another");
    }

    [Fact]
    public async Task Sync_AddsOnlyTheOwner_WhenTheRenderedObjectsAreThere()
    {
        var ns = await cluster.NamespaceAsync(Token);
        await cluster.ConfigAsync(ns, "db", Daily, Token);
        var repository = (await cluster.FindAsync(ResourceTypes.Repositories, ns, "repo"))!;
        var files = $"{SyncCluster.ConfigYaml(ns, "db", Daily)}\n---\n{YamlJson.Write(repository)}";
        var rendered = await RunnerProgram.RunAsync(Path.GetTempPath(), ["render", "-f", "-", "--image", "runner:1"], files, Token);
        rendered.ExitCode.ShouldBe(ExitCodes.Done, rendered.Error);
        foreach (var one in YamlJson.Read(rendered.Output))
        {
            await cluster.ApplyAsync(Made.Single(type => type.Kind == (string?)one["kind"]), YamlJson.Write(one), Token);
        }

        var before = (await MadeAsync(ns, "stash-bc-db")).ConvertAll(Asked);

        await cluster.SyncAsync(ns, Token);

        var after = await MadeAsync(ns, "stash-bc-db");
        after.ShouldAllBe(one => one["metadata"]!["ownerReferences"] != null);
        after.ConvertAll(Asked).ShouldBe(before);
    }

    [Fact]
    public async Task Sync_ClosesASession_OnlyWhenItsJobIsOver()
    {
        var ns = await cluster.NamespaceAsync(Token);
        var job = await cluster.ApplyAsync(ResourceTypes.Jobs, $$"""
            apiVersion: batch/v1
            kind: Job
            metadata: {name: alive, namespace: {{ns}}, labels: {app.kubernetes.io/managed-by: stash} }
            spec: {template: {spec: {restartPolicy: Never, containers: [{name: run, image: runner:1}] } } }
            """, Token);
        await cluster.ConfigAsync(ns, "db", Daily, Token);
        await SessionAsync(ns, "alive", (string)job["metadata"]!["uid"]!);
        await SessionAsync(ns, "orphan", "no-such-job");

        (await cluster.SyncAsync(ns, Token)).ShouldBe(ExitCodes.Done);

        ((string?)(await cluster.FindAsync(ResourceTypes.BackupSessions, ns, "alive"))!["status"]!["phase"]).ShouldBe("Running");
        var orphan = (await cluster.FindAsync(ResourceTypes.BackupSessions, ns, "orphan"))!;
        ((string?)orphan["status"]!["phase"]).ShouldBe("Failed");
        SyncCluster.Conditions(orphan).ShouldContain(condition => ((string?)condition["message"])!.Contains("Job of this session ended", StringComparison.Ordinal));
        var events = await cluster.Client.ListAsync(ResourceTypes.Events, ns, null, Token).ToListAsync(Token);
        events.ShouldContain(one => (string?)one["reason"] == "BackupFailed" && (string?)one["involvedObject"]!["name"] == "orphan");
        var status = await cluster.StatusAsync(ns, "db");
        ((string?)status["lastSession"], (string?)status["lastResult"], (int?)status["consecutiveFailures"]).ShouldBe(("orphan", "Failed", 1));
    }

    private async Task SessionAsync(string ns, string name, string jobUid)
    {
        await cluster.ApplyAsync(ResourceTypes.BackupSessions, $$"""
            apiVersion: stash.appscode.com/v1beta1
            kind: BackupSession
            metadata: {name: {{name}}, namespace: {{ns}}, labels: { {{Labels.JobUid}}: {{jobUid}} } }
            spec: {invoker: {apiGroup: stash.appscode.com, kind: BackupConfiguration, name: db} }
            """, Token);
        var running = new JsonObject { ["status"] = new JsonObject { ["phase"] = "Running" } };
        await cluster.Client.MergePatchAsync(ResourceTypes.BackupSessions, ns, name, running, new WriteOptions { Subresource = "status" }, Token);
    }

    private async Task<List<JsonObject>> MadeAsync(string ns, string name)
    {
        var made = new List<JsonObject>();
        foreach (var type in Made)
        {
            if (await cluster.FindAsync(type, ns, name) is { } one)
            {
                made.Add(one);
            }
        }

        return made;
    }

    /// <summary>What was asked for: the object without what the API server keeps for itself, and without its owner.</summary>
    private static string Asked(JsonObject one)
    {
        var copy = CanonicalJson.Sorted(one)!.AsObject();
        foreach (var field in new[] { "ownerReferences", "managedFields", "resourceVersion", "generation" })
        {
            copy["metadata"]!.AsObject().Remove(field);
        }

        return copy.ToJsonString();
    }

    private async Task<List<string>> VersionsAsync(string ns)
    {
        var all = (await MadeAsync(ns, "stash-bc-db")).Append((await cluster.FindAsync(ResourceTypes.BackupConfigurations, ns, "db"))!);
        return [.. all.Select(one => (string)one["metadata"]!["resourceVersion"]!)];
    }
}
