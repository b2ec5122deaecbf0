using System.Diagnostics;
using Stash.Core.Api;
using Stash.Core.Kubernetes;

namespace Stash.EndToEnd.Tests.Batches;

/// <summary>Two workloads of different kinds in one session, on the real programs.</summary>
public sealed class BatchTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Session_SavesBothWorkloads_AndFailsForTheMemberThatIsMissing()
    {
        await using var story = await Story.BeginAsync(Token);
        await story.ApplyAsync(Batch(""));
        await story.SyncAsync();
        await story.ApplyAsync(Workloads);
        await story.UntilAsync("both workloads' pods are ready", async () => await ReadyAsync(story, "orders") && await ReadyAsync(story, "site"));

        var whole = await story.EndOfAsync(await story.Cluster.TriggerCronJobAsync(Ledger.Namespace, "stash-bb-shop"), await story.NamesAsync(), Stopwatch.StartNew());

        whole.Session.Status!.Phase.ShouldBe(Phase.Succeeded, string.Join('\n', whole.Session.Status.Targets!.SelectMany(t => t.Conditions ?? [])));
        whole.Job.ShouldBe("Complete");
        (await SavedAsync(story, whole)).ShouldBe(["orders-0 /data", "site-0 /srv"]);
        var scratch = Path.Combine(story.Folder, "restored");
        await story.ResticAsync("--no-lock", "restore", "latest", "--host", "site-0", "--target", scratch);
        (await File.ReadAllTextAsync(Path.Combine(scratch, "srv", "index"), Token)).ShouldBe("hello\n");

        // A third member, of no workload; and a person asks for a session.
        await story.ApplyAsync(Batch("- target: {alias: gone, ref: {apiVersion: apps/v1, kind: StatefulSet, name: gone}, paths: [/data]}"));
        var before = await story.NamesAsync();
        await story.ApplyAsync("""
            apiVersion: stash.appscode.com/v1beta1
            kind: BackupSession
            metadata: {name: asked, namespace: ledger}
            spec: {invoker: {apiGroup: stash.appscode.com, kind: BackupBatch, name: shop} }
            """);
        await story.SyncAsync();
        var uid = (string)(await story.Client.GetAsync(ResourceTypes.BackupSessions, Ledger.Namespace, "asked", Token))["metadata"]!["uid"]!;

        var partly = await story.EndOfAsync($"stash-bs-{uid}", before, Stopwatch.StartNew());

        partly.Session.Status!.Phase.ShouldBe(Phase.Failed);
        partly.Job.ShouldBe("Failed");
        partly.Session.Status.Targets!.OrderBy(target => target.Ref!.Name, StringComparer.Ordinal).Select(target => $"{target.Ref!.Name} {target.Phase}")
            .ShouldBe(["gone Failed", "orders Succeeded", "site Succeeded"]);
        (await SavedAsync(story, partly)).ShouldBe(["orders-0 /data", "site-0 /srv"]);
        var status = (await story.Client.GetAsync(ResourceTypes.BackupBatches, Ledger.Namespace, "shop", Token))["status"]!;
        ((string?)status["lastResult"], (int?)status["consecutiveFailures"]).ShouldBe(("Failed", 1));
    }

    /// <summary>Host and path of each snapshot that the session's tag is on.</summary>
    private static async Task<IEnumerable<string>> SavedAsync(Story story, Ending ending) => (await story.SnapshotsAsync())
        .Where(snapshot => snapshot["tags"]!.AsArray().Any(tag => (string?)tag == $"stash-session:{ending.Session.Metadata.Name}"))
        .Where(snapshot => snapshot["tags"]!.AsArray().Any(tag => (string?)tag == "stash-batch:ledger/shop"))
        .Select(snapshot => $"{snapshot["hostname"]} {snapshot["paths"]![0]}").Order(StringComparer.Ordinal);

    private static async Task<bool> ReadyAsync(Story story, string app)
    {
        await foreach (var pod in story.Client.ListAsync(ResourceTypes.Pods, Ledger.Namespace, new ListOptions { LabelSelector = $"app={app}" }, Token))
        {
            if (Install.Installation.IsReady(pod))
            {
                return true;
            }
        }

        return false;
    }

    private static string Batch(string further) => $$"""
        apiVersion: stash.appscode.com/v1beta1
        kind: BackupBatch
        metadata: {name: shop, namespace: ledger}
        spec:
          schedule: "0 3 * * *"
          repository: {name: ledger}
          retentionPolicy: {name: few, keepLast: 3, prune: true}
          backupHistoryLimit: 5
          timeOut: 5m
          members:
          - target: {alias: orders, ref: {apiVersion: apps/v1, kind: StatefulSet, name: orders}, paths: [/data]}
          - target: {alias: site, ref: {apiVersion: apps/v1, kind: Deployment, name: site}, paths: [/srv]}
          {{further}}
        """;

    private static readonly string Workloads = $$"""
        {{Ledger.Workload.Replace("ledger, namespace", "orders, namespace", StringComparison.Ordinal)
            .Replace("app: ledger", "app: orders", StringComparison.Ordinal).Replace("serviceName: ledger", "serviceName: orders", StringComparison.Ordinal)
            .Replace("stash.appscode.com/config: ledger", "stash.appscode.com/config: shop", StringComparison.Ordinal)}}
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: site, namespace: ledger}
        spec:
          replicas: 1
          selector: {matchLabels: {app: site} }
          template:
            metadata:
              labels: {app: site, stash.appscode.com/config: shop}
            spec:
              securityContext: {runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000, runAsNonRoot: true}
              terminationGracePeriodSeconds: 2
              containers:
              - name: app
                image: shell
                command: [sh, -c, 'echo hello > /srv/index; trap "exit 0" TERM; while :; do sleep 1 & wait $!; done']
                volumeMounts: [{name: site, mountPath: /srv}]
              volumes:
              - {name: site, emptyDir: {} }
        """;
}
