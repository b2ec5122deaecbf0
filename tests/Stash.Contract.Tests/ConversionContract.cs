using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Kubernetes;

namespace Stash.Contract.Tests;

/// <summary>Both versions of a config, on a cluster where the webhook runs.</summary>
public sealed class ConversionContract(ContractCluster cluster, InstalledCrds installed) : IClassFixture<InstalledCrds>
{
    private static readonly ResourceType Older = ResourceTypes.BackupConfigurations with { Version = "v1beta1" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Config_HasTheShapeOfTheVersion_WhicheverItWasWrittenIn()
    {
        Assert.SkipUnless(cluster.IsReal, "needs a cluster with the webhook: set KUBECONFIG");
        installed.Served.ShouldBeTrue();
        using var client = KubernetesClient.Connect(new() { Deadline = TimeSpan.FromSeconds(10) });
        var name = ContractCluster.Unique("both");
        try
        {
            await client.CreateAsync(Older, cluster.Namespace, Config(StashApi.V1Beta1, name, """{"name":"vault"}"""), null, Token);
        }
        catch (KubernetesException absent) when (absent.Message.StartsWith("conversion webhook", StringComparison.Ordinal))
        {
            Assert.Skip($"the cluster that KUBECONFIG names converts nothing: {absent.Message}");
        }

        var newer = await client.GetAsync(ResourceTypes.BackupConfigurations, cluster.Namespace, name, Token);
        newer["spec"]!["repository"]!.AsArray().Add((JsonNode)new JsonObject { ["name"] = "spare" });
        newer["spec"]!["repository"]!.AsArray().RemoveAt(0);
        await client.ReplaceAsync(ResourceTypes.BackupConfigurations, cluster.Namespace, name, newer, null, Token);
        var older = await client.GetAsync(Older, cluster.Namespace, name, Token);

        newer["spec"]!["target"]!.ToJsonString().ShouldBe(older["spec"]!["target"]!.ToJsonString());
        older["spec"]!["repository"]!.ToJsonString().ShouldBe("""{"name":"spare"}""");
        ((string)older["metadata"]!["uid"]!).ShouldBe((string)newer["metadata"]!["uid"]!);
        await foreach (var one in client.ListAsync(Older, cluster.Namespace, null, Token))
        {
            one["spec"]!["repository"].ShouldBeOfType<JsonObject>();
        }
    }

    private static JsonObject Config(string apiVersion, string name, string repository) => JsonNode.Parse($$$$"""
        {"apiVersion":"{{{{apiVersion}}}}","kind":"BackupConfiguration","metadata":{"name":"{{{{name}}}}"},
         "spec":{"repository":{{{{repository}}}},"retentionPolicy":{"name":"keep","keepLast":5,"prune":true},
         "target":{"ref":{"apiVersion":"apps/v1","kind":"StatefulSet","name":"db"},"paths":["/data"],"alias":"db"}}}
        """)!.AsObject();
}
