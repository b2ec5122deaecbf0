using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster;

namespace Stash.Benchmarks.Sessions;

/// <summary>
/// A whole first session (BackupSession, sidecar, repository made, backup, retention with prune, sizes, statuses, Events) against bare
/// restic doing the same verbs by hand (init, backup, forget --prune, stats twice) on the same files into a fresh repository.
/// </summary>
internal static class SessionBenchmark
{
    private const int Rounds = 3;
    private const int Files = 400;
    private const int BytesPerFile = 1_000_000;

    public static async Task RunAsync(Workspace workspace)
    {
        await using var cluster = await LocalCluster.LocalCluster.StartAsync(new LocalClusterOptions
        {
            Directory = Path.Combine(workspace.Folder, "session-cluster"),
            Images = new Dictionary<string, LocalImage>
            {
                ["stash-runner:bench"] = new()
                {
                    Entrypoint = ["stash-runner"],
                    Files = new Dictionary<string, string> { [Workspace.RunnerProgram] = "/usr/local/bin/stash-runner" },
                },
            },
        });
        await Manifests.ApplyAsync(cluster);
        using var webhook = await StartWebhookAsync(workspace, cluster);
        await StartWorkloadAsync(cluster);
        var data = cluster.ClaimFolder(Manifests.Namespace, "data-ledger-0");
        await WriteFilesAsync(data);

        var (bare, session) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            bare.Add(await BareAsync(workspace, data));
            session.Add(await SessionAsync(cluster));
            await ForgetRepositoryAsync(cluster);
        }

        bare.Sort();
        session.Sort();
        var (bareMedian, sessionMedian) = (bare[Rounds / 2], session[Rounds / 2]);
        Workspace.Report($"bare restic, {Files} files of {BytesPerFile / 1e6:0} MB: init, backup, forget, stats", $"{bareMedian:0.00} s", "");
        Workspace.Report("a session on the same files", $"{sessionMedian:0.00} s", "");
        Workspace.Report("  ratio", Workspace.Ratio(sessionMedian / bareMedian), "");
        Workspace.Report("  the session's own cost", $"{sessionMedian - bareMedian:0.00} s", "< 1 s");
    }

    private static async Task<Pinned> StartWebhookAsync(Workspace workspace, LocalCluster.LocalCluster cluster)
    {
        var webhook = Pinned.Start(1, Workspace.WebhookProgram,
        [
            "--port", "18562", "--metrics-port", "18563", "--tls-cert", workspace.CertificatePath, "--tls-key", workspace.KeyPath,
            "--kubeconfig", cluster.KubeconfigPath, "--image", "stash-runner:bench",
        ]);
        await UntilAsync("the webhook listens", () => Task.FromResult(Listens(18562)));
        await cluster.Objects.CreateAsync(
            new ResourceType("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", Namespaced: false),
            new JsonObject
            {
                ["apiVersion"] = "admissionregistration.k8s.io/v1",
                ["kind"] = "MutatingWebhookConfiguration",
                ["metadata"] = new JsonObject { ["name"] = "bench" },
                ["webhooks"] = new JsonArray(new JsonObject
                {
                    ["name"] = "pods.stash.appscode.com",
                    ["clientConfig"] = new JsonObject
                    {
                        ["url"] = "https://127.0.0.1:18562/mutate/pods",
                        ["caBundle"] = Convert.ToBase64String(await File.ReadAllBytesAsync(workspace.CertificatePath)),
                    },
                    ["rules"] = new JsonArray(Manifests.Parse("""{"apiGroups":[""],"apiVersions":["v1"],"resources":["pods"],"operations":["CREATE"]}""")),
                    ["failurePolicy"] = "Fail",
                    ["sideEffects"] = "None",
                    ["admissionReviewVersions"] = new JsonArray("v1"),
                }),
            });
        return webhook;
    }

    private static async Task StartWorkloadAsync(LocalCluster.LocalCluster cluster)
    {
        await cluster.Objects.CreateAsync(new ResourceType("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim"), Manifests.Parse("""
            {"apiVersion":"v1","kind":"PersistentVolumeClaim","metadata":{"name":"repository","namespace":"bench"},
             "spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}
            """));
        await cluster.Objects.CreateAsync(ResourceTypes.StatefulSets, Manifests.Parse("""
            {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"ledger","namespace":"bench"},
             "spec":{"replicas":1,"serviceName":"ledger","selector":{"matchLabels":{"app":"ledger"}},
               "template":{"metadata":{"labels":{"app":"ledger","stash.appscode.com/config":"ledger"}},
                 "spec":{"securityContext":{"runAsUser":1000,"fsGroup":1000},
                   "containers":[{"name":"app","image":"shell","command":["sleep","infinity"],"volumeMounts":[{"name":"data","mountPath":"/data"}]}]}},
               "volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}]}}
            """));
        await UntilAsync("the workload runs with its sidecar", () => Task.FromResult(
            cluster.Objects.Get(ResourceTypes.Pods, Manifests.Namespace, "ledger-0") is { } pod
            && pod["status"]?["conditions"]?.AsArray().Any(c => (string?)c?["type"] == "Ready" && (string?)c["status"] == "True") == true
            && cluster.ContainerProcess(Manifests.Namespace, "ledger-0", "stash") is not null));
    }

    private static async Task WriteFilesAsync(string folder)
    {
        var bytes = new byte[BytesPerFile];
        for (var i = 0; i < Files; i++)
        {
            RandomNumberGenerator.Fill(bytes);
            await File.WriteAllBytesAsync(Path.Combine(folder, $"file-{i:000}"), bytes);
        }

        foreach (var file in Directory.EnumerateFiles(folder))
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }
    }

    private static async Task<double> BareAsync(Workspace workspace, string data)
    {
        var repository = Path.Combine(workspace.Folder, "bare-repository");
        var password = Path.Combine(workspace.Folder, "bare-password");
        await File.WriteAllTextAsync(password, "bench-password");
        string[] common = ["restic", "-r", repository, "--password-file", password, "--cache-dir", Path.Combine(workspace.Folder, "bare-cache")];
        var started = Stopwatch.StartNew();
        foreach (var verb in (string[][])[["init"], ["backup", data], ["forget", "--keep-last", "5", "--prune"], ["stats", "--mode", "raw-data"], ["snapshots"]])
        {
            await ProcessOutput.OfAsync([.. common, .. verb]);
        }

        var seconds = started.Elapsed.TotalSeconds;
        Directory.Delete(repository, recursive: true);
        return seconds;
    }

    private static async Task<double> SessionAsync(LocalCluster.LocalCluster cluster)
    {
        var started = Stopwatch.StartNew();
        await ProcessOutput.OfAsync(
            [Workspace.RunnerProgram, "run", "--config", "ledger", "--namespace", Manifests.Namespace, "--kubeconfig", cluster.KubeconfigPath]);
        return started.Elapsed.TotalSeconds;
    }

    private static async Task ForgetRepositoryAsync(LocalCluster.LocalCluster cluster)
    {
        foreach (var entry in new DirectoryInfo(cluster.ClaimFolder(Manifests.Namespace, "repository")).EnumerateDirectories())
        {
            entry.Delete(recursive: true);
        }

        foreach (var file in new DirectoryInfo(cluster.ClaimFolder(Manifests.Namespace, "repository")).EnumerateFiles())
        {
            file.Delete();
        }

        cluster.Objects.Update(ResourceTypes.Repositories, Manifests.Namespace, "ledger", repository => repository["status"] = new JsonObject(), "status");
        foreach (var session in cluster.Objects.List(ResourceTypes.BackupSessions, Manifests.Namespace))
        {
            cluster.Objects.Delete(ResourceTypes.BackupSessions, Manifests.Namespace, (string)session["metadata"]!["name"]!);
        }

        await Task.CompletedTask;
    }

    private static bool Listens(int port)
    {
        using var client = new System.Net.Sockets.TcpClient();
        try
        {
            client.Connect(System.Net.IPAddress.Loopback, port);
            return true;
        }
        catch (System.Net.Sockets.SocketException)
        {
            return false;
        }
    }

    private static async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        var started = Stopwatch.StartNew();
        while (!await condition())
        {
            if (started.Elapsed > TimeSpan.FromSeconds(60))
            {
                throw new TimeoutException($"not within a minute: {what}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }
}
