using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.Core.Yaml;
using Stash.LocalCluster;

namespace Stash.EndToEnd.Tests.Install;

/// <summary>
/// A bare cluster that enforces roles, and kubectl. What is installed is the overlay as it stands, but for what a cluster whose pods share
/// one machine cannot have: one replica, on free ports, and the Endpoints that no controller makes here.
/// </summary>
internal sealed class Installation : IAsyncDisposable
{
    public const string Namespace = "stash-system";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly string _folder;
    private readonly (int Https, int Metrics) _ports = (FreePort(), FreePort());

    private Installation(string folder, LocalCluster.LocalCluster cluster)
    {
        (_folder, Cluster) = (folder, cluster);
        Client = KubernetesClient.Connect(new KubernetesConnectionOptions { Kubeconfig = cluster.KubeconfigPath });
    }

    public LocalCluster.LocalCluster Cluster { get; }

    public KubernetesClient Client { get; }

    public Uri Metrics => new($"http://127.0.0.1:{_ports.Metrics}/metrics");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Starts the cluster.</summary>
    /// <param name="more">Images beside those of the programs.</param>
    public static async Task<Installation> StartAsync(IReadOnlyDictionary<string, LocalImage>? more = null)
    {
        var folder = Directory.CreateTempSubdirectory("stash-install-").FullName;
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var cluster = await LocalCluster.LocalCluster.StartAsync(new LocalClusterOptions
        {
            Directory = Path.Combine(folder, "cluster"),
            EnforceRoles = true,
            Images = new Dictionary<string, LocalImage>(more ?? new Dictionary<string, LocalImage>())
            {
                ["stash-webhook:dev"] = Image("stash-webhook", Programs.Webhook),
                ["stash-runner:dev"] = Image("stash-runner", Programs.Runner),
            },
        }, Token);
        return new Installation(folder, cluster);
    }

    /// <summary>The manifests of an overlay, for this machine.</summary>
    public async Task<string> ManifestsAsync(string overlay)
    {
        var here = Path.Combine(_folder, overlay);
        Directory.CreateDirectory(here);
        var resource = Path.GetRelativePath(here, Path.Combine(Programs.Repository, "kustomize", "overlays", overlay));
        await File.WriteAllTextAsync(Path.Combine(here, "kustomization.yaml"), $$"""
            resources: [{{resource}}]
            patches:
            - target: {kind: Deployment, name: stash-webhook}
              patch: |
                - {op: replace, path: /spec/replicas, value: 1}
                - {op: add, path: /spec/template/spec/containers/0/env/-, value: {name: STASH_WEBHOOK_PORT, value: "{{_ports.Https}}"} }
                - {op: add, path: /spec/template/spec/containers/0/env/-, value: {name: STASH_METRICS_PORT, value: "{{_ports.Metrics}}"} }
                - {op: replace, path: /spec/template/spec/containers/0/ports/0/containerPort, value: {{_ports.Https}} }
                - {op: replace, path: /spec/template/spec/containers/0/ports/1/containerPort, value: {{_ports.Metrics}} }
            """, Token);
        return (await KubectlAsync(["kustomize", here])).Output;
    }

    /// <summary>Applies the default overlay and waits until the webhook serves and is trusted.</summary>
    public async Task InstallAsync()
    {
        (await KubectlAsync(["apply", "-f", "-"], await ManifestsAsync("default"))).Succeeded();
        await UntilServingAsync();
    }

    /// <summary>Waits for the certificate and the webhook, and does what the endpoints controller would.</summary>
    public async Task UntilServingAsync()
    {
        await UntilAsync("the certificate is there", async () => (await FinishedAsync("stash-certificates")).Contains("Complete"));
        await UntilAsync("the webhook is ready", async () => (await ListAsync(ResourceTypes.Pods, Namespace))
            .Any(pod => (string?)pod["metadata"]!["labels"]?["app.kubernetes.io/name"] == "stash-webhook" && IsReady(pod)));
        (await KubectlAsync(["apply", "-f", "-"], $$"""
            apiVersion: v1
            kind: Endpoints
            metadata: {name: stash-webhook, namespace: {{Namespace}}}
            subsets:
            - addresses: [{ip: 127.0.0.1}]
              ports: [{name: https, port: {{_ports.Https}}}, {name: metrics, port: {{_ports.Metrics}}}]
            """)).Succeeded();
    }

    /// <summary>Runs kubectl as the administrator.</summary>
    public async Task<Kubectl> KubectlAsync(IReadOnlyList<string> arguments, string input = "")
    {
        var start = new ProcessStartInfo("kubectl", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KUBECONFIG"] = Cluster.KubeconfigPath;
        start.Environment["HOME"] = _folder;
        using var process = Process.Start(start)!;
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(Patience);
        try
        {
            var (output, error) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
            await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
            process.StandardInput.Close();
            await process.WaitForExitAsync(limit.Token);
            return new Kubectl(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    public async Task ApplyAsync(string yaml) => (await KubectlAsync(["apply", "-f", "-"], yaml)).Succeeded();

    /// <summary>Runs a CronJob now and waits for the end of its Job.</summary>
    /// <returns><c>Complete</c> or <c>Failed</c>.</returns>
    public async Task<string> RunAsync(string ns, string cronJob, params string[] arguments)
    {
        var spec = (await Client.GetAsync(ResourceTypes.CronJobs, ns, cronJob, Token))["spec"]!["jobTemplate"]!.DeepClone().AsObject();
        var container = spec["spec"]!["template"]!["spec"]!["containers"]![0]!;
        container["args"] = new JsonArray([.. (container["args"] as JsonArray ?? []).Select(one => one!.DeepClone()), .. arguments.Select(one => (JsonNode)one)]);
        var name = $"{cronJob}-{Guid.NewGuid():N}"[..Math.Min(60, cronJob.Length + 9)];
        await Client.CreateAsync(ResourceTypes.Jobs, ns, new JsonObject
        {
            ["apiVersion"] = "batch/v1", ["kind"] = "Job",
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = spec["metadata"]?["labels"]?.DeepClone() },
            ["spec"] = spec["spec"]!.DeepClone(),
        }, null, Token);
        string[] ends = [];
        await UntilAsync($"Job {name} ended", async () => (ends = [.. await FinishedAsync(name, ns)]).Length > 0);
        return ends[0];
    }

    /// <summary>The last lines of the Jobs' pods of a namespace.</summary>
    public async Task<string> LogsAsync(string ns) =>
        (await KubectlAsync(["logs", "-n", ns, "-l", "batch.kubernetes.io/job-name", "--tail=20", "--prefix"])).Output;

    public async Task UntilAsync(string what, Func<Task<bool>> condition)
    {
        var clock = Stopwatch.StartNew();
        while (!await condition())
        {
            if (clock.Elapsed > Patience)
            {
                var pods = await KubectlAsync(["get", "pods,jobs,events", "-A"]);
                throw new TimeoutException($"not within {Patience}: {what}\n{pods.Output}\n{await LogsAsync(Namespace)}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Token);
        }
    }

    public async Task<IReadOnlyList<JsonObject>> ListAsync(ResourceType type, string? ns)
    {
        var all = new List<JsonObject>();
        await foreach (var one in Client.ListAsync(type, ns, null, Token))
        {
            all.Add(one);
        }

        return all;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    public static bool IsReady(JsonObject pod) => (pod["status"]?["conditions"] as JsonArray ?? [])
        .Any(one => (string?)one!["type"] == "Ready" && (string?)one["status"] == "True");

    private async Task<IReadOnlyList<string>> FinishedAsync(string job, string ns = Namespace) =>
    [
        .. (await ListAsync(ResourceTypes.Jobs, ns)).Where(one => ((string)one["metadata"]!["name"]!).StartsWith(job, StringComparison.Ordinal))
            .SelectMany(one => one["status"]?["conditions"] as JsonArray ?? [])
            .Where(one => (string?)one!["status"] == "True").Select(one => (string)one!["type"]!).Where(type => type is "Complete" or "Failed"),
    ];

    private static LocalImage Image(string name, string program) => new()
    {
        Entrypoint = [name], Files = new Dictionary<string, string> { [program] = $"/usr/local/bin/{name}" }, User = 65532,
    };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>How kubectl ended.</summary>
internal sealed record Kubectl(int ExitCode, string Output, string Error)
{
    public Kubectl Succeeded()
    {
        ExitCode.ShouldBe(0, $"{Error}{Output}");
        return this;
    }
}
