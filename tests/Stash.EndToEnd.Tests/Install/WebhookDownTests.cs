using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;

namespace Stash.EndToEnd.Tests.Install;

/// <summary>What a cluster is like while the webhook is down, and after.</summary>
public sealed class WebhookDownTests
{
    private const string Unlabelled = """
        apiVersion: v1
        kind: Pod
        metadata: {name: unlabelled, namespace: ledger}
        spec: {terminationGracePeriodSeconds: 0, containers: [{name: app, image: shell, command: [sleep, "600"]}]}
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: anything-else, namespace: ledger}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Cluster_GoesOnWithoutTheWebhook_AndSyncMendsWhatWasMissedOnceItIsBack()
    {
        await using var installation = await Installation.StartAsync();
        await installation.InstallAsync();
        await installation.ApplyAsync(Ledger.Backup(Ledger.ClaimedVolume, ""));
        await SyncAsync(installation);
        await installation.ApplyAsync(Ledger.Workload);
        await installation.UntilAsync("the ledger's pod is ready", async () => (await PodsAsync(installation, "ledger-0")).Any(Installation.IsReady));
        HasSidecar((await PodsAsync(installation, "ledger-0")).Single()).ShouldBeTrue();

        await installation.KubectlAsync(["scale", "-n", Installation.Namespace, "deployment/stash-webhook", "--replicas=0"]);
        await installation.UntilAsync("the webhook is gone", async () => !(await installation.ListAsync(ResourceTypes.Pods, Installation.Namespace))
            .Any(pod => (string?)pod["metadata"]!["labels"]?["app.kubernetes.io/name"] == "stash-webhook"));

        await installation.ApplyAsync(Unlabelled);
        (await installation.KubectlAsync(["scale", "-n", Ledger.Namespace, "statefulset/ledger", "--replicas=2"])).Succeeded();
        await installation.UntilAsync("both pods run", async () =>
            Runs(await PodsAsync(installation, "unlabelled")) && (await PodsAsync(installation, "ledger-1")).Any(Installation.IsReady));
        HasSidecar((await PodsAsync(installation, "ledger-1")).Single()).ShouldBeFalse();

        // Backups of the pod that has its sidecar go on, and what was missed is told and left alone as long as nothing could mend it.
        (await installation.KubectlAsync(["create", "job", "-n", Ledger.Namespace, "--from=cronjob/stash-bc-ledger", "meanwhile"])).Succeeded();
        await installation.UntilAsync("the backup of the pod that has a sidecar is there", async () =>
            (await installation.ListAsync(ResourceTypes.BackupSessions, Ledger.Namespace)).Any(session => session["status"]?.ToJsonString() is { } status
                && status.Contains("\"host-0\"", StringComparison.Ordinal) && status.Contains("\"snapshots\"", StringComparison.Ordinal)));
        await ToldAsync(installation, "Unknown", "WebhookDown");
        HasSidecar((await PodsAsync(installation, "ledger-1")).Single()).ShouldBeFalse();

        await installation.KubectlAsync(["scale", "-n", Installation.Namespace, "deployment/stash-webhook", "--replicas=1"]);
        await installation.UntilServingAsync();
        await installation.UntilAsync("the webhook is available", async () => (long?)(await installation.Client.GetAsync(
            ResourceTypes.Deployments, Installation.Namespace, "stash-webhook", Token))["status"]?["availableReplicas"] > 0);
        await SyncAsync(installation);

        await installation.UntilAsync("the pod was replaced", async () => (await PodsAsync(installation, "ledger-1")).Any(pod => HasSidecar(pod) && Installation.IsReady(pod)));
        await ToldAsync(installation, "True", "SidecarInjected");
    }

    /// <summary>The CronJob of sync may run at the same time, on what it read a moment earlier: then the next sync tells it.</summary>
    private static Task ToldAsync(Installation installation, string status, string reason) => installation.UntilAsync($"sync tells {reason}", async () =>
    {
        await SyncAsync(installation);
        return await ConditionAsync(installation) == (status, reason);
    });

    private static async Task SyncAsync(Installation installation) =>
        (await installation.RunAsync(Installation.Namespace, "stash-sync")).ShouldBe("Complete", await installation.LogsAsync(Installation.Namespace));

    private static async Task<JsonObject[]> PodsAsync(Installation installation, string name) =>
        [.. (await installation.ListAsync(ResourceTypes.Pods, Ledger.Namespace)).Where(pod => (string?)pod["metadata"]!["name"] == name)];

    private static bool Runs(JsonObject[] pods) => pods.Any(pod => (string?)pod["status"]?["phase"] == "Running");

    private static bool HasSidecar(JsonObject pod) => (pod["spec"]!["initContainers"] as JsonArray ?? []).Concat(pod["spec"]!["containers"]!.AsArray())
        .Any(container => (string?)container!["name"] == "stash");

    private static async Task<(string?, string?)> ConditionAsync(Installation installation)
    {
        var config = await installation.Client.GetAsync(ResourceTypes.BackupConfigurations, Ledger.Namespace, "ledger", Token);
        var condition = config["status"]!["conditions"]!.AsArray().Single(one => (string?)one!["type"] == "StashSidecarInjected")!;
        return ((string?)condition["status"], (string?)condition["reason"]);
    }
}
