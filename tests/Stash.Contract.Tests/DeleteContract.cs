using System.Net;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using static Stash.Contract.Tests.ContractCluster;

namespace Stash.Contract.Tests;

/// <summary>Deletion: preconditions, finalizers, and what goes along with an owner.</summary>
public sealed class DeleteContract(ContractCluster cluster)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IKubernetesClient Client => cluster.Client;

    [Fact]
    public async Task Delete_IsDone_WhenThereIsNoObject() =>
        await Client.DeleteAsync(ResourceTypes.ConfigMaps, cluster.Namespace, Unique("missing"), null, Token);

    [Fact]
    public async Task Delete_IsRefused_WhenTheUidIsAnother()
    {
        var name = Unique("uid");
        var created = await CreateAsync(ConfigMap(name, "1"));

        var refusal = await Should.ThrowAsync<KubernetesException>(
            () => Client.DeleteAsync(ResourceTypes.ConfigMaps, cluster.Namespace, name, new() { Uid = Guid.NewGuid().ToString() }, Token));
        (await FindAsync(name)).ShouldNotBeNull();
        await Client.DeleteAsync(
            ResourceTypes.ConfigMaps, cluster.Namespace, name, new() { Uid = created["metadata"]!["uid"]!.ToString() }, Token);

        refusal.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        refusal.Reason.ShouldBe("Conflict");
        (await FindAsync(name)).ShouldBeNull();
    }

    [Fact]
    public async Task Delete_IsRefused_WhenTheResourceVersionIsOld()
    {
        var name = Unique("version");
        var created = await CreateAsync(ConfigMap(name, "1"));
        await Client.MergePatchAsync(ResourceTypes.ConfigMaps, cluster.Namespace, name, new() { ["data"] = new JsonObject { ["key"] = "2" } }, null, Token);

        var refusal = await Should.ThrowAsync<KubernetesException>(() => Client.DeleteAsync(
            ResourceTypes.ConfigMaps, cluster.Namespace, name, new() { ResourceVersion = created["metadata"]!["resourceVersion"]!.ToString() }, Token));

        refusal.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await FindAsync(name)).ShouldNotBeNull();
    }

    [Fact]
    public async Task Delete_WaitsForFinalizers()
    {
        var name = Unique("finalizer");
        var body = ConfigMap(name, "1");
        body["metadata"]!["finalizers"] = new JsonArray("contract.stash.test/hold");
        await CreateAsync(body);

        await Client.DeleteAsync(ResourceTypes.ConfigMaps, cluster.Namespace, name, null, Token);
        var held = await FindAsync(name);
        await Client.MergePatchAsync(
            ResourceTypes.ConfigMaps, cluster.Namespace, name, JsonNode.Parse("""{"metadata":{"finalizers":null}}""")!.AsObject(), null, Token);

        held!["metadata"]!["deletionTimestamp"]!.ToString().ShouldNotBeEmpty();
        (await FindAsync(name)).ShouldBeNull();
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Background")]
    [InlineData("Foreground")]
    public async Task Delete_CollectsDependents_WhenTheyAreNotOrphaned(string? policy)
    {
        var (owner, dependent) = await FamilyAsync();

        await Client.DeleteAsync(Widgets.Type, cluster.Namespace, owner, new() { PropagationPolicy = policy }, Token);

        await Eventually.TrueAsync("the dependent is collected", async () => await FindAsync(dependent) is null);
        await Eventually.TrueAsync("the owner is gone", async () => await Client.FindAsync(Widgets.Type, cluster.Namespace, owner, Token) is null);
    }

    [Fact]
    public async Task Delete_LeavesDependents_WhenTheyAreOrphaned()
    {
        var (owner, dependent) = await FamilyAsync();

        await Client.DeleteAsync(Widgets.Type, cluster.Namespace, owner, new() { PropagationPolicy = "Orphan" }, Token);

        await Eventually.TrueAsync("the owner is gone", async () => await Client.FindAsync(Widgets.Type, cluster.Namespace, owner, Token) is null);
        var left = await FindAsync(dependent);
        left.ShouldNotBeNull()["metadata"]!["ownerReferences"].ShouldBeNull();
    }

    private async Task<(string Owner, string Dependent)> FamilyAsync()
    {
        var owner = await Client.CreateAsync(Widgets.Type, cluster.Namespace, Widgets.Widget(Unique("owner"), 1), null, Token);
        var name = owner["metadata"]!["name"]!.ToString();
        var dependent = ConfigMap(Unique("dependent"), "1");
        dependent["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject
        {
            ["apiVersion"] = Widgets.Type.ApiVersion,
            ["kind"] = Widgets.Type.Kind,
            ["name"] = name,
            ["uid"] = owner["metadata"]!["uid"]!.ToString(),
            ["blockOwnerDeletion"] = true,
        });
        await CreateAsync(dependent);
        return (name, dependent["metadata"]!["name"]!.ToString());
    }

    private Task<JsonObject> CreateAsync(JsonObject body) => Client.CreateAsync(ResourceTypes.ConfigMaps, cluster.Namespace, body, null, Token);

    private Task<JsonObject?> FindAsync(string name) => Client.FindAsync(ResourceTypes.ConfigMaps, cluster.Namespace, name, Token);
}
