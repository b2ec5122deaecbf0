using System.Globalization;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster;

[assembly: AssemblyFixture(typeof(Stash.Contract.Tests.ContractCluster))]

namespace Stash.Contract.Tests;

/// <summary>
/// The API server that the contract is held against: the one that <c>KUBECONFIG</c> names, else a LocalCluster. Everything happens in a
/// namespace of its own, which goes when the tests end.
/// </summary>
public sealed class ContractCluster : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("stash-contract-").FullName;
    private LocalCluster.LocalCluster? local;

    public IKubernetesClient Client { get; private set; } = null!;

    /// <summary>True against <c>KUBECONFIG</c>.</summary>
    public bool IsReal => local is null;

    public string Namespace { get; } = "stash-contract-" + Guid.NewGuid().ToString("n")[..8];

    /// <summary>An image with /bin/sh and the usual tools, already on the nodes.</summary>
    public string Image { get; } = Environment.GetEnvironmentVariable("STASH_TEST_IMAGE") is { Length: > 0 } image ? image : "local/tools:1";

    public async ValueTask InitializeAsync()
    {
        if (Environment.GetEnvironmentVariable("KUBECONFIG") is { Length: > 0 })
        {
            Client = KubernetesClient.Connect();
        }
        else
        {
            local = await LocalCluster.LocalCluster.StartAsync(new() { Directory = folder });
            Client = KubernetesClient.Connect(new() { Kubeconfig = local.KubeconfigPath });
        }

        await Client.CreateAsync(ResourceTypes.Namespaces, null, Named(Namespace), null, CancellationToken.None);
        await Widgets.InstallAsync(Client);
        var version = await Client.VersionAsync(CancellationToken.None);
        TestContext.Current.SendDiagnosticMessage($"contract held against {(IsReal ? "KUBECONFIG" : "LocalCluster")} {version.GitVersion}");
    }

    public async ValueTask DisposeAsync()
    {
        if (Client is not null)
        {
            await Widgets.RemoveAsync(Client);
            await Client.DeleteAsync(ResourceTypes.Namespaces, null, Namespace, null, CancellationToken.None);
            Client.Dispose();
        }

        if (local is not null)
        {
            await local.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Skips where the cluster has no node that could run a pod.</summary>
    public async Task RequireNodesAsync(CancellationToken cancellationToken)
    {
        if (!IsReal)
        {
            return;
        }

        var nodes = new ResourceType("", "v1", "nodes", "Node", Namespaced: false);
        await foreach (var node in Client.ListAsync(nodes, null, null, cancellationToken))
        {
            return;
        }

        Assert.Skip("the cluster that KUBECONFIG names has no node: nothing can run");
    }

    /// <summary>A name that no other test has.</summary>
    public static string Unique(string prefix) => string.Create(CultureInfo.InvariantCulture, $"{prefix}-{Guid.NewGuid():n}")[..(prefix.Length + 9)];

    /// <summary>An object with nothing but a name.</summary>
    public static JsonObject Named(string name) => new() { ["metadata"] = new JsonObject { ["name"] = name } };

    /// <summary>A ConfigMap with one key.</summary>
    public static JsonObject ConfigMap(string name, string value, params (string Key, string Value)[] labels) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["labels"] = new JsonObject(labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))),
        },
        ["data"] = new JsonObject { ["key"] = value },
    };
}
