using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using static Stash.Contract.Tests.ContractCluster;

namespace Stash.Contract.Tests;

/// <summary>Custom resources: defaults, and the status apart from the rest.</summary>
public sealed class StatusContract(ContractCluster cluster)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IKubernetesClient Client => cluster.Client;

    [Fact]
    public async Task Create_FillsDefaultsAndDropsTheStatus_WhenTheKindHasAStatusSubresource()
    {
        var body = Widgets.Widget(Unique("defaults"), 3);
        body["status"] = new JsonObject { ["phase"] = "Forged" };

        var created = await Client.CreateAsync(Widgets.Type, cluster.Namespace, body, null, Token);

        created["spec"]!["colour"]!.ToString().ShouldBe("green");
        created["spec"]!["size"]!.GetValue<int>().ShouldBe(3);
        created["status"].ShouldBeNull();
        created["metadata"]!["generation"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task MergePatch_WritesOnlyTheStatus_WhenItGoesToTheSubresource()
    {
        var name = Unique("status");
        await Client.CreateAsync(Widgets.Type, cluster.Namespace, Widgets.Widget(name, 3), null, Token);
        var patch = JsonNode.Parse("""{"spec":{"size":9},"status":{"phase":"Running","count":2}}""")!.AsObject();

        await Client.MergePatchAsync(Widgets.Type, cluster.Namespace, name, patch, new() { Subresource = "status" }, Token);
        var after = await Client.GetAsync(Widgets.Type, cluster.Namespace, name, Token);

        after["status"]!["phase"]!.ToString().ShouldBe("Running");
        after["spec"]!["size"]!.GetValue<int>().ShouldBe(3);
        after["metadata"]!["generation"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task MergePatch_LeavesTheStatus_WhenItGoesToTheObject()
    {
        var name = Unique("spec");
        await Client.CreateAsync(Widgets.Type, cluster.Namespace, Widgets.Widget(name, 3), null, Token);
        var status = JsonNode.Parse("""{"status":{"phase":"Running"}}""")!.AsObject();
        await Client.MergePatchAsync(Widgets.Type, cluster.Namespace, name, status, new() { Subresource = "status" }, Token);
        var patch = JsonNode.Parse("""{"spec":{"size":9},"status":{"phase":"Forged"}}""")!.AsObject();

        var after = await Client.MergePatchAsync(Widgets.Type, cluster.Namespace, name, patch, null, Token);

        after["status"]!["phase"]!.ToString().ShouldBe("Running");
        after["spec"]!["size"]!.GetValue<int>().ShouldBe(9);
        after["metadata"]!["generation"]!.GetValue<int>().ShouldBe(2);
    }

    [Fact]
    public async Task Replace_WritesTheStatus_WhenItGoesToTheSubresource()
    {
        var name = Unique("put");
        var widget = await Client.CreateAsync(Widgets.Type, cluster.Namespace, Widgets.Widget(name, 3), null, Token);
        widget["status"] = new JsonObject { ["phase"] = "Done" };

        var after = await Client.ReplaceAsync(Widgets.Type, cluster.Namespace, name, widget, new() { Subresource = "status" }, Token);

        after["status"]!["phase"]!.ToString().ShouldBe("Done");
    }
}
