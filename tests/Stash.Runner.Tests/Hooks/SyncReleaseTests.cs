using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.CronJobs;
using Stash.Core.Kubernetes;
using Stash.Runner.Tests.Sync;

namespace Stash.Runner.Tests.Hooks;

/// <summary>Sync may run no hook: it has a session that nobody runs any more released by a Job, once.</summary>
public sealed class SyncReleaseTests(SyncCluster cluster) : IClassFixture<SyncCluster>
{
    private const string Hooks = "schedule: '@daily'\n  hooks: {preBackup: {exec: [lock]}, postBackup: {exec: [unlock]}}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sync_HasAnOrphanReleasedByOneJob_AndClosesItWhereThatFails()
    {
        var (ns, orphan) = await OrphanAsync(Hooks, post: null);

        (await cluster.SyncAsync(ns, Token)).ShouldBe(ExitCodes.Done);
        (await cluster.SyncAsync(ns, Token)).ShouldBe(ExitCodes.Done);

        var job = (await cluster.ListAsync(ResourceTypes.Jobs, ns, Token)).ShouldHaveSingleItem();
        ((string?)job["metadata"]!["name"]).ShouldBe($"stash-rel-{orphan["metadata"]!["uid"]}");
        ((string?)job["metadata"]!["ownerReferences"]![0]!["name"]).ShouldBe("orphan");
        job["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]!.ToJsonString().ShouldBe($$"""["--config","db","--namespace","{{ns}}","--release","orphan"]""");
        (await PhaseAsync(ns)).ShouldBe(Phase.Running);

        await EndAsync(ns, job);
        (await cluster.SyncAsync(ns, Token)).ShouldBe(ExitCodes.Done);

        (await PhaseAsync(ns)).ShouldBe(Phase.Failed);
        (await cluster.ListAsync(ResourceTypes.Jobs, ns, Token)).Count.ShouldBe(1);
    }

    /// <summary>Nothing to release, or nothing to do it by: the session is closed at once.</summary>
    [Theory]
    [InlineData("schedule: '@daily'", null)]
    [InlineData(Hooks, "True")]
    [InlineData(Hooks, "False")]
    public async Task Sync_ClosesAnOrphanItself_WhenThereIsNothingToRelease(string spec, string? post)
    {
        var (ns, _) = await OrphanAsync(spec, post);

        (await cluster.SyncAsync(ns, Token)).ShouldBe(ExitCodes.Done);

        (await PhaseAsync(ns)).ShouldBe(Phase.Failed);
        (await cluster.ListAsync(ResourceTypes.Jobs, ns, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Sync_OnlySaysSo_WhenItIsADryRun()
    {
        var (ns, _) = await OrphanAsync(Hooks, post: null);

        (await cluster.SyncAsync(ns, Token, dryRun: true)).ShouldBe(ExitCodes.Done);

        (await PhaseAsync(ns)).ShouldBe(Phase.Running);
        (await cluster.ListAsync(ResourceTypes.Jobs, ns, Token)).ShouldBeEmpty();
    }

    private async Task<(string Namespace, JsonObject Session)> OrphanAsync(string spec, string? post)
    {
        var ns = await cluster.NamespaceAsync(Token);
        await cluster.ConfigAsync(ns, "db", spec, Token);
        var session = await cluster.ApplyAsync(ResourceTypes.BackupSessions, $$"""
            apiVersion: stash.appscode.com/v1beta1
            kind: BackupSession
            metadata: {name: orphan, namespace: {{ns}}, labels: { {{Labels.JobUid}}: no-such-job } }
            spec: {invoker: {apiGroup: stash.appscode.com, kind: BackupConfiguration, name: db} }
            """, Token);
        var conditions = new JsonArray(Condition("PreBackupHookExecutionSucceeded", "True"));
        if (post is not null)
        {
            conditions.Add((JsonNode)Condition("PostBackupHookExecutionSucceeded", post));
        }

        var target = new JsonObject
        {
            ["ref"] = new JsonObject { ["apiVersion"] = "apps/v1", ["kind"] = "StatefulSet", ["name"] = "db" },
            ["conditions"] = conditions,
        };
        await StatusAsync(ResourceTypes.BackupSessions, ns, "orphan", new JsonObject { ["phase"] = Phase.Running, ["targets"] = new JsonArray(target) });
        return (ns, session);
    }

    private Task EndAsync(string ns, JsonObject job) =>
        StatusAsync(ResourceTypes.Jobs, ns, (string)job["metadata"]!["name"]!, new JsonObject { ["conditions"] = new JsonArray(Condition("Failed", "True")) });

    private Task StatusAsync(ResourceType type, string ns, string name, JsonObject status) =>
        cluster.Client.MergePatchAsync(type, ns, name, new JsonObject { ["status"] = status }, new WriteOptions { Subresource = "status" }, Token);

    private async Task<string?> PhaseAsync(string ns) => (string?)(await cluster.FindAsync(ResourceTypes.BackupSessions, ns, "orphan"))!["status"]!["phase"];

    private static JsonObject Condition(string type, string status) => new() { ["type"] = type, ["status"] = status, ["reason"] = "Test" };
}
