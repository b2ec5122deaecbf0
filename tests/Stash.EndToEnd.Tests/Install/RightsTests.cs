using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Stash.Core.Kubernetes;

namespace Stash.EndToEnd.Tests.Install;

/// <summary>
/// The programs run as their own service accounts on a cluster that refuses what no role grants, through everything that they do; then
/// what they used is held against what they have, both ways.
/// </summary>
public sealed class RightsTests
{
    private static readonly string[] Kinds = ["apps/v1 Deployment", "apps/v1 DaemonSet", "apps/v1 ReplicaSet", "v1 ReplicationController", "batch/v1 Job", "batch/v1 CronJob"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Programs_UseExactlyTheRightsThatTheyHave()
    {
        await using var installation = await Installation.StartAsync();
        await installation.InstallAsync();
        (await installation.RunAsync(Installation.Namespace, "stash-certificates", "--renew")).ShouldBe("Complete", await installation.LogsAsync(Installation.Namespace));
        await BackUpAsync(installation);
        await RunHooksAsync(installation);
        await BackUpByTaskAsync(installation);
        await NameEveryKindAsync(installation);
        await BatchAsync(installation);
        await ChangeEverythingAsync(installation);
        using (var http = new HttpClient())
        {
            (await http.GetStringAsync(installation.Metrics, Token)).ShouldContain("stash_");
        }

        var rights = installation.Cluster.Rights.Where(right => right.User.StartsWith("system:serviceaccount:", StringComparison.Ordinal)).ToList();
        var faults = rights.Where(right => !right.Granted)
            .Select(right => $"{right.User} used, and is not granted: {right.Verb} {right.Group}/{right.Resource} {right.Namespace}/{right.Name}").ToList();
        foreach (var account in new[] { "stash-webhook", "stash-sync", "stash-certificates" })
        {
            faults.AddRange(await IdleAsync(installation, rights, Installation.Namespace, account, account));
        }

        faults.AddRange(await IdleAsync(installation, rights, Ledger.Namespace, "stash-bc-ledger", "stash-b"));
        faults.Distinct().ShouldBeEmpty();
    }

    /// <summary>Rights granted to an account and used by nobody like it.</summary>
    private static async Task<IEnumerable<string>> IdleAsync(
        Installation installation, List<LocalCluster.UsedRight> rights, string ns, string account, string like)
    {
        var used = rights.Where(right => right.User.StartsWith($"system:serviceaccount:{ns}:{like}", StringComparison.Ordinal)).ToList();
        used.ShouldNotBeEmpty($"{account} did nothing");
        return (await Right.OfAsync(installation, ns, account)).Where(right => !used.Any(right.Covers))
            .Select(right => $"{account} is granted, and does not use: {right}");
    }

    /// <summary>Two backups of the ledger: the second has a Lease that somebody left behind, Events to count up and a session to forget.</summary>
    private static async Task BackUpAsync(Installation installation)
    {
        await installation.ApplyAsync(Ledger.Backup(Ledger.ClaimedVolume, "").Replace("backupHistoryLimit: 5", "backupHistoryLimit: 1", StringComparison.Ordinal));
        await SyncAsync(installation);
        await installation.ApplyAsync(Ledger.Workload);
        await installation.UntilAsync("the ledger's pod is ready", async () => (await installation.ListAsync(ResourceTypes.Pods, Ledger.Namespace)).Any(Installation.IsReady));
        (await installation.RunAsync(Ledger.Namespace, "stash-bc-ledger")).ShouldBe("Complete", await installation.LogsAsync(Ledger.Namespace));
        await installation.ApplyAsync($$"""
            apiVersion: coordination.k8s.io/v1
            kind: Lease
            metadata: {name: stash-ledger, namespace: ledger}
            spec: {holderIdentity: gone, leaseDurationSeconds: 1, renewTime: "2020-01-01T00:00:00.000000Z"}
            """);
        (await installation.RunAsync(Ledger.Namespace, "stash-bc-ledger")).ShouldBe("Complete", await installation.LogsAsync(Ledger.Namespace));

        // A session that a user made: sync, which the webhook wakes, starts it. Its Event was written by an earlier attempt.
        await installation.ApplyAsync(Session("asked"));
        await EarlierEventAsync(installation, "asked", "BackupSucceeded");
        await SyncAsync(installation);
        await installation.UntilAsync("the session that was asked for ended", async () =>
            (string?)(await installation.Client.GetAsync(ResourceTypes.BackupSessions, Ledger.Namespace, "asked", Token))["status"]?["phase"] == "Succeeded");
    }

    /// <summary>A hook's Job that fails, of which the log is read, and one that outlasts its session and is deleted before the application is released.</summary>
    private static async Task RunHooksAsync(Installation installation)
    {
        await installation.ApplyAsync("""
            apiVersion: stash.appscode.com/v1beta1
            kind: Function
            metadata: {name: shell}
            spec: {image: shell}
            """);
        foreach (var (name, script, timeOut) in new[] { ("hook-fails", "echo no; exit 3", "5m"), ("hook-outlasts", "sleep 600", "5s") })
        {
            await installation.ApplyAsync(Config(name, "apps/v1", "StatefulSet").Replace($"StatefulSet, name: {name}", "StatefulSet, name: ledger", StringComparison.Ordinal) + $$$"""

                  timeOut: {{{timeOut}}}
                  hooks:
                    preBackup: {exec: [sh, -c, '{{{script}}}'], executor: {functionName: shell}}
                    postBackup: {exec: [sh, -c, 'true']}
                """);
            await SyncAsync(installation);
            (await installation.RunAsync(Ledger.Namespace, $"stash-bc-{name}")).ShouldBe("Failed");
        }
    }

    /// <summary>A backup by a Task, of a claim that a pod uses, with a claim for data on its way.</summary>
    private static async Task BackUpByTaskAsync(Installation installation)
    {
        await installation.ApplyAsync((await installation.KubectlAsync(["kustomize", Path.Combine(Programs.Repository, "manifests", "functions")])).Succeeded().Output);
        await installation.ApplyAsync("""
            apiVersion: stash.appscode.com/v1beta2
            kind: BackupConfiguration
            metadata: {name: claim, namespace: ledger}
            spec:
              schedule: "0 3 * * *"
              repository: [{name: ledger}]
              task: {name: pvc-backup}
              interimVolumeTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}}
              target: {ref: {apiVersion: v1, kind: PersistentVolumeClaim, name: data-ledger-0}}
              retentionPolicy: {name: few, keepLast: 3, prune: true}
            """);
        await SyncAsync(installation);
        (await installation.RunAsync(Ledger.Namespace, "stash-bc-claim")).ShouldBe("Complete", await installation.LogsAsync(Ledger.Namespace));
    }

    /// <summary>The webhook looks up a target of any kind; a run does too, and fails for want of pods.</summary>
    private static async Task NameEveryKindAsync(Installation installation)
    {
        foreach (var kind in Kinds.Select(one => one.Split(' ')))
        {
            var name = kind[1].ToLowerInvariant();
            await installation.ApplyAsync(Workload(kind[0], kind[1], name));
            await installation.ApplyAsync(Config(name, kind[0], kind[1]));
        }

        await SyncAsync(installation);
        foreach (var kind in Kinds.Select(one => one.Split(' ')[1]))
        {
            (await installation.RunAsync(Ledger.Namespace, $"stash-bc-{kind.ToLowerInvariant()}")).ShouldBe("Failed");
        }

        // A session that names no config, and a config that names a Repository of elsewhere: the webhook looks up both.
        var session = await installation.KubectlAsync(["apply", "-f", "-"], Session("mine").Replace("name: ledger}", "name: legder}", StringComparison.Ordinal));
        session.Error.ShouldContain("ledger");
        await installation.ApplyAsync("apiVersion: v1\nkind: Namespace\nmetadata: {name: elsewhere}");
        var refused = await installation.KubectlAsync(["apply", "-f", "-"], Config("far", "apps/v1", "Deployment").Replace("namespace: ledger", "namespace: elsewhere", StringComparison.Ordinal)
            .Replace("[{name: ledger}]", "[{name: ledger, namespace: ledger}]", StringComparison.Ordinal));
        refused.Error.ShouldContain("usagePolicy");
    }

    /// <summary>A batch of a workload that is not there: its run fails, and so does a session of it whose Job is gone.</summary>
    private static async Task BatchAsync(Installation installation)
    {
        await installation.ApplyAsync($$"""
            apiVersion: stash.appscode.com/v1beta1
            kind: BackupBatch
            metadata: {name: all, namespace: ledger}
            spec:
              schedule: "0 3 * * *"
              repository: {name: ledger}
              members:
              - target: {ref: {apiVersion: apps/v1, kind: StatefulSet, name: gone}, paths: [/data]}
              retentionPolicy: {name: few, keepLast: 3, prune: true}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: of-a-batch, namespace: ledger, labels: {stash.appscode.com/config: all} }
            spec: {terminationGracePeriodSeconds: 0, containers: [{name: app, image: shell, command: [sleep, '600']}]}
            ---
            {{Session("orphan-of-a-batch", "stash.appscode.com/job-uid: gone").Replace("BackupConfiguration, name: ledger", "BackupBatch, name: all", StringComparison.Ordinal)}}
            """);
        (await installation.KubectlAsync(
            ["patch", "-n", Ledger.Namespace, "backupsession/orphan-of-a-batch", "--subresource=status", "--type=merge", "-p", """{"status":{"phase":"Running"}}"""])).Succeeded();
        await SyncAsync(installation);
        (await installation.RunAsync(Ledger.Namespace, "stash-bb-all")).ShouldBe("Failed");
    }

    /// <summary>What sync takes away, makes anew and closes.</summary>
    private static async Task ChangeEverythingAsync(Installation installation)
    {
        // Somebody bound another role, which no binding lets change; and an earlier version named its CronJob otherwise.
        await installation.Client.DeleteAsync(ResourceTypes.RoleBindings, Ledger.Namespace, "stash-bc-deployment", null, Token);
        await installation.ApplyAsync("""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata:
              name: stash-bc-deployment
              namespace: ledger
              labels:
                app.kubernetes.io/managed-by: stash
                stash.appscode.com/invoker-kind: BackupConfiguration
                stash.appscode.com/invoker-name: deployment
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: stash-view}
            subjects: [{kind: ServiceAccount, name: stash-bc-deployment, namespace: ledger}]
            ---
            apiVersion: batch/v1
            kind: CronJob
            metadata:
              name: stash-old-deployment
              namespace: ledger
              labels:
                app.kubernetes.io/managed-by: stash
                stash.appscode.com/invoker-kind: BackupConfiguration
                stash.appscode.com/invoker-name: deployment
            spec:
              schedule: "0 0 1 1 *"
              suspend: true
              jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: run, image: shell}]}}}}
            """);
        // A Repository that lets namespaces in by their labels: sync reads those.
        (await installation.KubectlAsync(["patch", "-n", Ledger.Namespace, "repository/ledger", "--type=merge", "-p",
            """{"spec":{"usagePolicy":{"allowedNamespaces":{"from":"Selector","selector":{"matchLabels":{"backups":"yes"}}}}}}"""])).Succeeded();
        // The service account that was made for a config goes when the config brings its own.
        (await installation.KubectlAsync(
            ["patch", "-n", Ledger.Namespace, "backupconfiguration/daemonset", "--type=merge", "-p", """{"spec":{"runtimeSettings":{"pod":{"serviceAccountName":"own"}}}}"""])).Succeeded();
        // A pod that opted in, and has no sidecar: it was labelled by hand.
        await installation.ApplyAsync(Ledger.Workload.Replace("name: ledger, namespace", "name: missed, namespace", StringComparison.Ordinal)
            .Replace("app: ledger", "app: missed", StringComparison.Ordinal).Replace(", stash.appscode.com/config: ledger", "", StringComparison.Ordinal));
        await installation.UntilAsync("the pod is there", async () => (await installation.ListAsync(ResourceTypes.Pods, Ledger.Namespace))
            .Any(pod => (string?)pod["metadata"]!["name"] == "missed-0"));
        (await installation.KubectlAsync(["label", "-n", Ledger.Namespace, "pod/missed-0", "stash.appscode.com/config=ledger"])).Succeeded();
        // A session whose Job is gone.
        await installation.ApplyAsync(Session("orphan", "stash.appscode.com/job-uid: gone"));
        await EarlierEventAsync(installation, "orphan", "BackupFailed");
        (await installation.KubectlAsync(
            ["patch", "-n", Ledger.Namespace, "backupsession/orphan", "--subresource=status", "--type=merge", "-p", """{"status":{"phase":"Running"}}"""])).Succeeded();
        await SyncAsync(installation);
    }

    private static async Task SyncAsync(Installation installation) =>
        (await installation.RunAsync(Installation.Namespace, "stash-sync")).ShouldBe("Complete", await installation.LogsAsync(Installation.Namespace));

    private static string Session(string name, string label = "") => $$"""
        apiVersion: stash.appscode.com/v1beta1
        kind: BackupSession
        metadata: {name: {{name}}, namespace: ledger, labels: { {{label}} } }
        spec: {invoker: {apiGroup: stash.appscode.com, kind: BackupConfiguration, name: ledger} }
        """;

    /// <summary>The Event of a session's end, under the name that whoever ends it gives it: it is counted up then.</summary>
    private static async Task EarlierEventAsync(Installation installation, string session, string reason)
    {
        var uid = (string)(await installation.Client.GetAsync(ResourceTypes.BackupSessions, Ledger.Namespace, session, Token))["metadata"]!["uid"]!;
        var identity = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{uid}/{session}/{reason}")))[..16];
        await installation.ApplyAsync($$"""
            apiVersion: v1
            kind: Event
            metadata: {name: {{session}}.{{identity}}, namespace: ledger}
            involvedObject: {apiVersion: stash.appscode.com/v1beta1, kind: BackupSession, name: {{session}}, namespace: ledger, uid: {{uid}}}
            reason: {{reason}}
            message: earlier
            count: 1
            """);
    }

    private static string Config(string name, string apiVersion, string kind) => string.Create(CultureInfo.InvariantCulture, $$"""
        apiVersion: stash.appscode.com/v1beta2
        kind: BackupConfiguration
        metadata: {name: {{name}}, namespace: ledger}
        spec:
          schedule: "0 3 * * *"
          repository: [{name: ledger}]
          target:
            ref: {apiVersion: {{apiVersion}}, kind: {{kind}}, name: {{name}}}
            paths: [/data]
          retentionPolicy: {name: few, keepLast: 3, prune: true}
        """);

    /// <summary>A workload without a sidecar, and without pods where its kind can be so.</summary>
    private static string Workload(string apiVersion, string kind, string name)
    {
        var template = $"{{metadata: {{labels: {{app: {name}}}}}, spec: {{terminationGracePeriodSeconds: 0, containers: [{{name: app, image: shell, command: [sleep, '600']}}]";
        return (kind, $"apiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{name: {name}, namespace: ledger}}\n") switch
        {
            ("Job", var head) => $"{head}spec: {{suspend: true, template: {template}, restartPolicy: Never}}}}}}",
            ("CronJob", var head) => $"{head}spec: {{suspend: true, schedule: '0 0 1 1 *', jobTemplate: {{spec: {{template: {template}, restartPolicy: Never}}}}}}}}}}",
            ("ReplicationController", var head) => $"{head}spec: {{replicas: 0, selector: {{app: {name}}}, template: {template}}}}}}}",
            ("DaemonSet", var head) => $"{head}spec: {{selector: {{matchLabels: {{app: {name}}}}}, template: {template}}}}}}}",
            (_, var head) => $"{head}spec: {{replicas: 0, selector: {{matchLabels: {{app: {name}}}}}, template: {template}}}}}}}",
        };
    }
}
