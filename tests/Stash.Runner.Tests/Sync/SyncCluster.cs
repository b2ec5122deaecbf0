using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Stash.Core.Api;
using Stash.Core.CronJobs;
using Stash.Core.Kubernetes;
using Stash.Core.Yaml;
using Stash.LocalCluster;
using Stash.Runner.Sync;

namespace Stash.Runner.Tests.Sync;

/// <summary>A cluster without pods, with the kinds installed, for all tests of sync; each works in a namespace of its own.</summary>
public sealed class SyncCluster : IAsyncLifetime
{
    private static readonly WriteOptions User = new() { FieldManager = "kubectl", Force = true };
    private readonly string _folder = Directory.CreateTempSubdirectory("stash-sync-").FullName;

    internal LocalCluster.LocalCluster Cluster { get; private set; } = null!;

    internal KubernetesClient Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await Stash.LocalCluster.LocalCluster.StartAsync(new LocalClusterOptions { Directory = _folder, RunPods = false });
        Client = KubernetesClient.Connect(new KubernetesConnectionOptions { Kubeconfig = Cluster.KubeconfigPath });
        foreach (var file in Directory.EnumerateFiles(Path.Combine(RepositoryRoot(), "manifests", "crds"), "*.yaml"))
        {
            foreach (var crd in YamlJson.Read(await File.ReadAllTextAsync(file)))
            {
                await Client.ApplyAsync(ResourceTypes.CustomResourceDefinitions, null, Name(crd), crd, User, default);
                await UntilAsync(async () => Conditions(await Client.GetAsync(ResourceTypes.CustomResourceDefinitions, null, Name(crd), default))
                    .Any(condition => (string?)condition["type"] == "Established" && (string?)condition["status"] == "True"));
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A new namespace with a Repository.</summary>
    internal async Task<string> NamespaceAsync(CancellationToken cancellationToken, [CallerMemberName] string test = "")
    {
        var ns = $"t-{Guid.NewGuid():N}"[..20];
        await ApplyAsync(ResourceTypes.Namespaces, $"{{apiVersion: v1, kind: Namespace, metadata: {{name: {ns}, annotations: {{test: {test}}}}}}}", cancellationToken);
        await ApplyAsync(ResourceTypes.Repositories, $$"""
            apiVersion: stash.appscode.com/v1alpha1
            kind: Repository
            metadata: {name: repo, namespace: {{ns}}}
            spec: {backend: {storageSecretName: s, local: {mountPath: /repository, persistentVolumeClaim: {claimName: repo} } } }
            """, cancellationToken);
        return ns;
    }

    internal Task<JsonObject> ConfigAsync(string ns, string name, string more, CancellationToken cancellationToken) =>
        ApplyAsync(ResourceTypes.BackupConfigurations, ConfigYaml(ns, name, more), cancellationToken);

    internal Task<JsonObject> FunctionAsync(string name, string spec, CancellationToken cancellationToken) =>
        ApplyAsync(ResourceTypes.Functions, $"{{apiVersion: stash.appscode.com/v1beta1, kind: Function, metadata: {{name: {name}}}, spec: {spec}}}", cancellationToken);

    internal static string ConfigYaml(string ns, string name, string more) => $$"""
        apiVersion: stash.appscode.com/v1beta2
        kind: BackupConfiguration
        metadata: {name: {{name}}, namespace: {{ns}}}
        spec:
          repository: [{name: repo}]
          target: {ref: {apiVersion: apps/v1, kind: StatefulSet, name: db}, paths: [/data]}
          retentionPolicy: {name: keep-1, keepLast: 1, prune: true}
          {{more}}
        """;

    internal Task<JsonObject> ApplyAsync(ResourceType type, string yaml, CancellationToken cancellationToken)
    {
        var body = YamlJson.Read(yaml).Single();
        return Client.ApplyAsync(type, (string?)body["metadata"]!["namespace"], Name(body), body, User, cancellationToken);
    }

    internal Task<int> SyncAsync(string ns, CancellationToken cancellationToken, bool dryRun = false, string role = "stash-run") =>
        SyncCommand.RunAsync(Client, new CronJobSettings { Image = "runner:1", RunClusterRole = role }, ns, dryRun, TimeProvider.System, NullLogger.Instance, cancellationToken);

    internal Task<JsonObject> SessionAsync(string ns, string name, string config, CancellationToken cancellationToken) =>
        ApplyAsync(ResourceTypes.BackupSessions, $$"""
            apiVersion: stash.appscode.com/v1beta1
            kind: BackupSession
            metadata: {name: {{name}}, namespace: {{ns}}}
            spec: {invoker: {apiGroup: stash.appscode.com, kind: BackupConfiguration, name: {{config}} } }
            """, cancellationToken);

    internal async Task<IReadOnlyList<JsonObject>> ListAsync(ResourceType type, string ns, CancellationToken cancellationToken)
    {
        var all = new List<JsonObject>();
        await foreach (var one in Client.ListAsync(type, ns, null, cancellationToken))
        {
            all.Add(one);
        }

        return all;
    }

    internal Task<JsonObject?> FindAsync(ResourceType type, string ns, string name) =>
        Client.FindAsync(type, ns, name, TestContext.Current.CancellationToken);

    internal async Task<JsonObject> StatusAsync(string ns, string name) => (await FindAsync(ResourceTypes.BackupConfigurations, ns, name))!["status"]!.AsObject();

    internal static IEnumerable<JsonNode> Conditions(JsonNode holder) =>
        ((holder["status"]?["conditions"] ?? holder["conditions"]) as JsonArray ?? []).OfType<JsonNode>();

    internal static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
        }
    }

    private static string Name(JsonObject body) => (string)body["metadata"]!["name"]!;

    private static string RepositoryRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
