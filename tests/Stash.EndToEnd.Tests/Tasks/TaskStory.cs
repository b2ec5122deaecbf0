using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.CronJobs;
using Stash.Core.Functions;
using Stash.Core.Kubernetes;
using Stash.Core.Validation;
using Stash.Core.Yaml;
using Stash.LocalCluster;

namespace Stash.EndToEnd.Tests.Tasks;

/// <summary>A cluster with the built-in Functions and Tasks and a Repository on a claim; no webhook, so that what it would refuse gets as far as a session.</summary>
internal sealed class TaskStory : IAsyncDisposable
{
    public const string Namespace = "vault";
    private const string RunnerImage = "stash-runner:dev";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(150);
    private readonly string _folder;

    private TaskStory(string folder, LocalCluster.LocalCluster cluster)
    {
        (_folder, Cluster) = (folder, cluster);
        Client = KubernetesClient.Connect(new KubernetesConnectionOptions { Kubeconfig = cluster.KubeconfigPath });
    }

    public LocalCluster.LocalCluster Cluster { get; }

    public KubernetesClient Client { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<TaskStory> BeginAsync()
    {
        var folder = Directory.CreateTempSubdirectory("stash-tasks-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var runner = new LocalImage
        {
            Entrypoint = ["stash-runner"], Files = new Dictionary<string, string> { [Programs.Runner] = "/usr/local/bin/stash-runner" }, User = 65532,
        };
        var cluster = await LocalCluster.LocalCluster.StartAsync(new LocalClusterOptions
        {
            Directory = Path.Combine(folder, "cluster"),
            Images = new Dictionary<string, LocalImage> { [RunnerImage] = runner, ["stash-script:dev"] = runner },
        }, Token);
        var story = new TaskStory(folder, cluster);
        try
        {
            await story.KubectlAsync("", "apply", "--server-side", "-f", Path.Combine(Programs.Repository, "manifests", "crds"));
            await story.ApplyAsync(await story.KubectlAsync("", "kustomize", Path.Combine(Programs.Repository, "manifests", "functions")));
            await story.ApplyAsync(TaskManifests.Surroundings);
            return story;
        }
        catch
        {
            await story.DisposeAsync();
            throw;
        }
    }

    /// <summary>Applies manifests as a person would.</summary>
    public Task ApplyAsync(string yaml) => KubectlAsync(yaml, "apply", "-f", "-");

    /// <summary>A folder of this machine for the files of a claim.</summary>
    public string Claim(string name) => Cluster.ClaimFolder(Namespace, name);

    /// <summary>Has sync make what follows from the configs.</summary>
    public Task SyncAsync() => Programs.RunAsync(
        Programs.Runner, ["sync", "--kubeconfig", Cluster.KubeconfigPath, "--image", RunnerImage], new Dictionary<string, string>(), Token);

    /// <summary>Runs a config's CronJob at once, to the end of its session.</summary>
    /// <param name="config">Name of the config.</param>
    /// <param name="meanwhile">Gets the runner's Job and the session's own Job once that is there.</param>
    public async Task<BackupSession> BackUpAsync(string config, Func<string, string, Task>? meanwhile = null)
    {
        var before = (await SessionsAsync(config)).Select(s => s.Metadata.Name).ToHashSet(StringComparer.Ordinal);
        var job = await Cluster.TriggerCronJobAsync(Namespace, ObjectNames.CronJob(BackupConfiguration.KindName, config));
        BackupSession? session = null;
        if (meanwhile is not null)
        {
            string? own = null;
            await UntilAsync("the Task's Job is there", async () =>
                (session = (await SessionsAsync(config)).SingleOrDefault(s => !before.Contains(s.Metadata.Name))) is not null && (own = (await JobsOfAsync(session)).SingleOrDefault()) is not null);
            await meanwhile(job, own!);
        }

        await UntilAsync("the session ended", async () =>
            (session = (await SessionsAsync(config)).SingleOrDefault(s => !before.Contains(s.Metadata.Name)))?.Status?.Phase is Phase.Succeeded or Phase.Failed or Phase.Skipped);
        return session!;
    }

    /// <summary>Names of the Jobs that a session owns.</summary>
    public async Task<IReadOnlyList<string>> JobsOfAsync(BackupSession session) =>
    [
        .. (await ListAsync(ResourceTypes.Jobs)).Where(job => (job["metadata"]!["ownerReferences"] as JsonArray ?? []).Any(o => (string?)o!["uid"] == session.Metadata.Uid))
            .Select(job => (string)job["metadata"]!["name"]!),
    ];

    /// <summary>Runs a Function in a Job made by hand, as a restore is, and waits for its end.</summary>
    public async Task RestoreAsync(string function, string config, IReadOnlyDictionary<string, string> parameters, string? claim = null)
    {
        var spec = FunctionResolver.Resolve(
            await ReadAsync(ResourceTypes.Functions, null, function, StashJson.Default.Function),
            Variables.Of(
                await ReadAsync(ResourceTypes.BackupConfigurations, Namespace, config, StashJson.Default.BackupConfiguration),
                await ReadAsync(ResourceTypes.Repositories, Namespace, "repo", StashJson.Default.Repository)).With(parameters)).Spec.ShouldNotBeNull();
        var container = FunctionContainer.Build(spec, "restore");
        var name = $"{function}-{Guid.NewGuid():N}"[..30];
        var job = YamlJson.Read(TaskManifests.RestoreJob(name)).Single();
        var pod = job["spec"]!["template"]!["spec"]!;
        container["volumeMounts"] = pod["mounts"]!.DeepClone();
        pod.AsObject().Remove("mounts");
        if (claim is not null)
        {
            container["volumeMounts"]!.AsArray().Add((JsonNode)new JsonObject { ["name"] = "target", ["mountPath"] = Variables.DefaultMountPath });
            pod["volumes"]!.AsArray().Add((JsonNode)new JsonObject { ["name"] = "target", ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = claim } });
        }

        pod["containers"] = new JsonArray(container);
        pod["securityContext"] = FunctionContainer.PodSecurity(spec);
        await Client.CreateAsync(ResourceTypes.Jobs, Namespace, job, null, Token);
        string? end = null;
        await UntilAsync($"Job {name} ended", async () => (end = await EndOfJobAsync(name)) is not null);
        end.ShouldBe("Complete", await KubectlAsync("", "logs", "-n", Namespace, $"job/{name}"));
    }

    /// <summary>Runs restic, as a person would, on the repository.</summary>
    public Task<string> ResticAsync(params string[] arguments) => Programs.RunAsync(
        "restic", ["-r", Path.Combine(Claim("repo"), "all"), "--no-cache", .. arguments], new Dictionary<string, string> { ["RESTIC_PASSWORD"] = TaskManifests.Password }, Token);

    /// <summary>The snapshots of a config; none where there is no repository.</summary>
    public async Task<IReadOnlyList<JsonObject>> SnapshotsAsync(string config) => File.Exists(Path.Combine(Claim("repo"), "all", "config"))
        ? [.. JsonNode.Parse(await ResticAsync("--no-lock", "snapshots", "--json", "--tag", $"stash-config:{Namespace}/{config}"))!.AsArray().Select(s => s!.AsObject())]
        : [];

    public async Task<IReadOnlyList<string>> EventsAsync(string config) =>
    [
        .. (await ListAsync(ResourceTypes.Events)).Where(e => (string?)e["involvedObject"]?["kind"] == BackupConfiguration.KindName && (string?)e["involvedObject"]?["name"] == config)
            .Select(e => $"{e["reason"]}: {e["message"]}"),
    ];

    /// <summary>The process of a Job's pod that runs now; null when there is none.</summary>
    public async Task<int?> ProcessAsync(string job, string container) => (await ListAsync(ResourceTypes.Pods))
        .Where(pod => (string?)pod["metadata"]!["labels"]?["batch.kubernetes.io/job-name"] == job && (string?)pod["status"]?["phase"] == "Running")
        .Select(pod => Cluster.ContainerProcess(Namespace, (string)pod["metadata"]!["name"]!, container)).FirstOrDefault(process => process is not null);

    /// <summary>The process of a pod's container; null while it does not run.</summary>
    public Task<int?> ProcessOfPodAsync(string pod, string container) => Task.FromResult(Cluster.ContainerProcess(Namespace, pod, container));

    public async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > Patience)
            {
                throw new TimeoutException($"not within {Patience}: {what}\n{await KubectlAsync("", "get", "pods,jobs,events,backupsessions", "-A", "-o", "wide")}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Token);
        }
    }

    public async Task<string> KubectlAsync(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo("kubectl", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = Cluster.KubeconfigPath;
        start.Environment["HOME"] = _folder;
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        await process.StandardInput.WriteAsync(input.AsMemory(), Token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(Token);
        process.ExitCode.ShouldBe(0, $"kubectl {string.Join(' ', arguments)}: {await error}");
        return await output;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<IReadOnlyList<BackupSession>> SessionsAsync(string config) =>
    [
        .. (await ListAsync(ResourceTypes.BackupSessions)).Select(s => s.Deserialize(StashJson.Default.BackupSession)!).Where(s => s.Spec.Invoker?.Name == config),
    ];

    private async Task<string?> EndOfJobAsync(string name) => (string?)((await Client.GetAsync(ResourceTypes.Jobs, Namespace, name, Token))["status"]?["conditions"] as JsonArray ?? [])
        .FirstOrDefault(c => (string?)c!["status"] == "True" && (string?)c["type"] is "Complete" or "Failed")?["type"];

    private async Task<T> ReadAsync<T>(ResourceType type, string? ns, string name, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> info)
        where T : class => ObjectReader.Read(await Client.GetAsync(type, ns, name, Token), info).Value.ShouldNotBeNull();

    private async Task<IReadOnlyList<JsonObject>> ListAsync(ResourceType type)
    {
        var all = new List<JsonObject>();
        await foreach (var one in Client.ListAsync(type, Namespace, null, Token))
        {
            all.Add(one);
        }

        return all;
    }
}
