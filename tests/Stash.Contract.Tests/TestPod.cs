using System.Net;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;

namespace Stash.Contract.Tests;

/// <summary>A pod that says <c>started</c> and then waits to be told to end.</summary>
public sealed class TestPod(ContractCluster cluster) : IAsyncLifetime
{
    private const string Wait = "trap 'exit 0' TERM; echo started; while :; do sleep 1; done";

    public ContractCluster Cluster => cluster;

    public string Name { get; } = ContractCluster.Unique("pod");

    public async ValueTask InitializeAsync()
    {
        await cluster.RequireNodesAsync(CancellationToken.None);
        await StartAsync(cluster, Name, Wait);
        await PhaseAsync(cluster, Name, "Running");
    }

    public async ValueTask DisposeAsync() =>
        await cluster.Client.DeleteAsync(ResourceTypes.Pods, cluster.Namespace, Name, new() { GracePeriodSeconds = 1 }, CancellationToken.None);

    /// <summary>Creates a pod with one container, <c>main</c>, as soon as the namespace's service account is there.</summary>
    public static Task StartAsync(ContractCluster cluster, string name, string script) =>
        Eventually.TrueAsync($"pod {name} is accepted", async () =>
        {
            try
            {
                await cluster.Client.CreateAsync(ResourceTypes.Pods, cluster.Namespace, Body(cluster, name, script), null, CancellationToken.None);
                return true;
            }
            catch (KubernetesException exception)
                when (exception.StatusCode == HttpStatusCode.Forbidden && exception.Message.Contains("service account", StringComparison.Ordinal))
            {
                return false;
            }
        });

    /// <summary>Waits for a phase.</summary>
    public static Task PhaseAsync(ContractCluster cluster, string name, string phase) =>
        Eventually.TrueAsync($"pod {name} is {phase}", async () =>
        {
            var pod = await cluster.Client.GetAsync(ResourceTypes.Pods, cluster.Namespace, name, CancellationToken.None);
            return pod["status"]?["phase"]?.ToString() == phase;
        });

    private static JsonObject Body(ContractCluster cluster, string name, string script) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject
        {
            ["restartPolicy"] = "Never",
            ["terminationGracePeriodSeconds"] = 1,
            ["automountServiceAccountToken"] = false,
            ["containers"] = new JsonArray(new JsonObject
            {
                ["name"] = "main",
                ["image"] = cluster.Image,
                ["imagePullPolicy"] = "Never",
                ["command"] = new JsonArray("/bin/sh", "-c", script),
            }),
        },
    };
}
