using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.CronJobs;
using Stash.Core.Kubernetes;
using Stash.Core.Yaml;
using Stash.LocalCluster;

namespace Stash.EndToEnd.Tests;

/// <summary>A cluster of its own with the real webhook, the real runner and the ledger that is to be backed up.</summary>
internal sealed class Story : IAsyncDisposable
{
    private const string Image = "stash-runner:test";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private static readonly ResourceType Registrations = new(
        "admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", Namespaced: false);

    private static readonly ResourceType Claims = new("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim");

    private static readonly ResourceType[] Kinds =
    [
        ResourceTypes.Namespaces, ResourceTypes.Secrets, ResourceTypes.Repositories, ResourceTypes.BackupConfigurations,
        ResourceTypes.BackupBatches, ResourceTypes.BackupSessions, ResourceTypes.StatefulSets, ResourceTypes.Deployments, ResourceTypes.CustomResourceDefinitions, Claims, Registrations,
    ];

    private readonly Webhook _webhook;
    private readonly CancellationToken _cancellation;

    private Story(string folder, LocalCluster.LocalCluster cluster, KubernetesClient client, Webhook webhook, CancellationToken cancellation)
    {
        (Folder, Cluster, Client, _webhook, _cancellation) = (folder, cluster, client, webhook, cancellation);
    }

    public string Folder { get; }

    public LocalCluster.LocalCluster Cluster { get; }

    public KubernetesClient Client { get; }

    /// <summary>The workload's files on this machine.</summary>
    public string Data => Cluster.ClaimFolder(Ledger.Namespace, $"data-{Ledger.Name}-0");

    /// <summary>The restic repository on this machine, where it is on a claim.</summary>
    public string Repository => Path.Combine(Cluster.ClaimFolder(Ledger.Namespace, "repository"), Ledger.Name);

    /// <summary>Begins: the cluster, the kinds, the webhook, the config with its CronJob, the workload with its sidecar.</summary>
    /// <param name="repositoryVolume">The local backend's volume source; default a claim.</param>
    /// <param name="args">More arguments for <c>restic backup</c>.</param>
    /// <param name="cancellation">The test's.</param>
    /// <param name="onAnswer">See <see cref="LocalClusterOptions.OnAnswer"/>.</param>
    public static async Task<Story> BeginAsync(
        CancellationToken cancellation, string repositoryVolume = Ledger.ClaimedVolume, string args = "", Action<RecordedRequest>? onAnswer = null)
    {
        var folder = Directory.CreateTempSubdirectory("stash-story-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var cluster = await LocalCluster.LocalCluster.StartAsync(new LocalClusterOptions
        {
            Directory = Path.Combine(folder, "cluster"),
            OnAnswer = onAnswer,
            Images = new Dictionary<string, LocalImage>
            {
                [Image] = new()
                {
                    Entrypoint = ["stash-runner"],
                    Files = new Dictionary<string, string> { [Programs.Runner] = "/usr/local/bin/stash-runner" },
                    User = 65532,
                },
            },
        }, cancellation);
        var client = KubernetesClient.Connect(new KubernetesConnectionOptions { Kubeconfig = cluster.KubeconfigPath });
        var webhook = Webhook.Start(Path.Combine(folder, "webhook"), cluster.KubeconfigPath, Image);
        var story = new Story(folder, cluster, client, webhook, cancellation);
        try
        {
            await story.InstallAsync();
            await story.ApplyAsync(Ledger.Backup(repositoryVolume, args));
            await story.SyncAsync();
            await story.ApplyAsync(Ledger.Workload);
            await story.UntilAsync("the ledger's pod is ready", async () => Ready(
                await client.FindAsync(ResourceTypes.Pods, Ledger.Namespace, $"{Ledger.Name}-0", cancellation)));
            return story;
        }
        catch
        {
            await story.DisposeAsync();
            throw;
        }
    }

    /// <summary>Applies manifests.</summary>
    public async Task ApplyAsync(string yaml)
    {
        foreach (var document in YamlJson.Read(yaml))
        {
            await ApplyAsync(document);
        }
    }

    /// <summary>Has sync make what follows from the configs.</summary>
    public Task SyncAsync() => Programs.RunAsync(
        Programs.Runner, ["sync", "--kubeconfig", Cluster.KubeconfigPath, "--image", Image], new Dictionary<string, string>(), _cancellation);

    /// <summary>Starts the config's CronJob at once.</summary>
    /// <returns>Name of the Job.</returns>
    public Task<string> StartBackupAsync() =>
        Cluster.TriggerCronJobAsync(Ledger.Namespace, ObjectNames.CronJob(BackupConfiguration.KindName, Ledger.Name));

    /// <summary>Runs the config's CronJob at once, to the end of its session and of its Job.</summary>
    public async Task<Ending> BackUpAsync()
    {
        var before = await NamesAsync();
        var clock = Stopwatch.StartNew();
        return await EndOfAsync(await StartBackupAsync(), before, clock);
    }

    /// <summary>Waits for the end of a Job and of the one session that it made.</summary>
    public async Task<Ending> EndOfAsync(string job, IReadOnlySet<string> before, Stopwatch clock)
    {
        BackupSession? session = null;
        await UntilAsync("the session ended", async () =>
        {
            session = (await SessionsAsync()).SingleOrDefault(s => !before.Contains(s.Metadata.Name!));
            return session?.Status?.Phase is Phase.Succeeded or Phase.Failed or Phase.Skipped;
        });
        var took = clock.Elapsed;
        string? ending = null;
        await UntilAsync("the Job ended", async () =>
        {
            var found = await Client.GetAsync(ResourceTypes.Jobs, Ledger.Namespace, job, _cancellation);
            ending = (found["status"]?["conditions"] as JsonArray ?? [])
                .Where(c => (string?)c!["status"] == "True").Select(c => (string?)c!["type"]).FirstOrDefault(t => t is "Complete" or "Failed");
            return ending is not null;
        });
        return new Ending(session!, ending!, await EventsAsync(), took);
    }

    /// <summary>Names of the config's sessions.</summary>
    public async Task<IReadOnlySet<string>> NamesAsync() => (await SessionsAsync()).Select(s => s.Metadata.Name!).ToHashSet(StringComparer.Ordinal);

    /// <summary>The sessions, oldest first.</summary>
    public async Task<IReadOnlyList<BackupSession>> SessionsAsync() =>
    [
        .. (await ListAsync(ResourceTypes.BackupSessions))
            .Select(s => s.Deserialize(StashJson.Default.BackupSession)!).OrderBy(s => s.Metadata.Name, StringComparer.Ordinal),
    ];

    /// <summary>The process of a Job's pod that runs now; null when there is none.</summary>
    public async Task<int?> RunnerProcessAsync(string job)
    {
        var pods = await ListAsync(ResourceTypes.Pods, $"batch.kubernetes.io/job-name={job}");
        return pods.Where(p => (string?)p["status"]?["phase"] == "Running")
            .Select(p => Cluster.ContainerProcess(Ledger.Namespace, (string)p["metadata"]!["name"]!, RunnerPod.ContainerName)).FirstOrDefault(p => p is not null);
    }

    /// <summary>How many pods a Job made.</summary>
    public async Task<int> JobPodsAsync(string job) => (await ListAsync(ResourceTypes.Pods, $"batch.kubernetes.io/job-name={job}")).Count;

    /// <summary>The restic processes of the ledger's sidecar.</summary>
    public IReadOnlyList<int> ResticProcesses() =>
        Cluster.ContainerProcess(Ledger.Namespace, $"{Ledger.Name}-0", SidecarNames.Container) is { } sidecar ? Processes.Below(sidecar, "restic") : [];

    /// <summary>Runs restic, as a person would, on the repository.</summary>
    public Task<string> ResticAsync(params string[] arguments) => Programs.RunAsync(
        "restic", ["-r", Repository, "--no-cache", .. arguments], new Dictionary<string, string> { ["RESTIC_PASSWORD"] = Ledger.Password }, _cancellation);

    /// <summary>The repository's snapshots.</summary>
    public async Task<IReadOnlyList<JsonObject>> SnapshotsAsync() =>
        [.. JsonNode.Parse(await ResticAsync("--no-lock", "snapshots", "--json"))!.AsArray().Select(s => s!.AsObject())];

    /// <summary>Waits for a condition; says what the cluster looks like when it does not come about.</summary>
    public async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            _webhook.ThrowIfEnded();
            if (clock.Elapsed > Patience)
            {
                throw new TimeoutException($"not within {Patience}: {what}\n{await DescribeAsync()}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, _cancellation);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _webhook.Dispose();
        Client.Dispose();
        await Cluster.DisposeAsync();
        if (Environment.GetEnvironmentVariable("STASH_KEEP") is null && Directory.Exists(Folder))
        {
            Directory.Delete(Folder, recursive: true);
        }
    }

    private static bool Ready(JsonObject? pod) => (pod?["status"]?["conditions"] as JsonArray ?? [])
        .Any(c => (string?)c!["type"] == "Ready" && (string?)c["status"] == "True");

    private async Task InstallAsync()
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Programs.Repository, "manifests", "crds"), "*.yaml").Order(StringComparer.Ordinal))
        {
            foreach (var document in YamlJson.Read(await File.ReadAllTextAsync(file, _cancellation)))
            {
                if ((string?)document["kind"] == ResourceTypes.CustomResourceDefinitions.Kind)
                {
                    await ApplyAsync(document);
                }
            }
        }

        await UntilAsync("the webhook is ready", () => _webhook.IsReadyAsync(_cancellation));
        await ApplyAsync(_webhook.Registration());
    }

    private Task ApplyAsync(JsonObject body)
    {
        var type = Array.Find(Kinds, k => k.Kind == (string?)body["kind"]) ?? throw new InvalidOperationException($"kind {body["kind"]} is not known here");
        return Client.ApplyAsync(
            type, (string?)body["metadata"]!["namespace"], (string)body["metadata"]!["name"]!, body,
            new WriteOptions { FieldManager = "story", Force = true }, _cancellation);
    }

    private async Task<IReadOnlyList<string>> EventsAsync() =>
    [
        .. (await ListAsync(ResourceTypes.Events)).Where(e => (string?)e["involvedObject"]?["kind"] == BackupConfiguration.KindName)
            .Select(e => $"{e["reason"]}: {e["message"]}"),
    ];

    private async Task<IReadOnlyList<JsonObject>> ListAsync(ResourceType type, string? labels = null)
    {
        var all = new List<JsonObject>();
        await foreach (var found in Client.ListAsync(type, Ledger.Namespace, new ListOptions { LabelSelector = labels }, _cancellation))
        {
            all.Add(found);
        }

        return all;
    }

    private async Task<string> DescribeAsync()
    {
        var text = new StringBuilder();
        foreach (var type in new[] { ResourceTypes.BackupSessions, ResourceTypes.Jobs, ResourceTypes.Pods })
        {
            foreach (var found in await ListAsync(type))
            {
                text.AppendLine($"{type.Kind} {found["metadata"]!["name"]}: {found["status"]?.ToJsonString()}");
            }
        }

        foreach (var pod in await ListAsync(ResourceTypes.Pods, "batch.kubernetes.io/job-name"))
        {
            using var log = new StreamReader(await Client.LogAsync(Ledger.Namespace, (string)pod["metadata"]!["name"]!, new LogOptions(), _cancellation));
            text.AppendLine($"log of {pod["metadata"]!["name"]}:").AppendLine(await log.ReadToEndAsync(_cancellation));
        }

        return text.ToString();
    }
}

/// <summary>How a backup ended.</summary>
/// <param name="Session">The session.</param>
/// <param name="Job"><c>Complete</c> or <c>Failed</c>.</param>
/// <param name="Events">The config's Events, as reason and message.</param>
/// <param name="Took">From the start of the Job to the end of the session.</param>
internal sealed record Ending(BackupSession Session, string Job, IReadOnlyList<string> Events, TimeSpan Took)
{
    /// <summary>The status of the only host.</summary>
    public HostStats Host => Session.Status!.Targets![0].Stats![0];
}
