using System.Net;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using static Stash.Contract.Tests.ContractCluster;

namespace Stash.Contract.Tests;

/// <summary>Server-side apply: who owns which field.</summary>
public sealed class ApplyContract(ContractCluster cluster)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Apply_CreatesAndThenChangesNothing_WhenItIsRepeated()
    {
        var name = Unique("apply");

        var first = await ApplyAsync(name, "one", """{"a":"1"}""");
        var second = await ApplyAsync(name, "one", """{"a":"1"}""");

        first["data"]!["a"]!.ToString().ShouldBe("1");
        second["metadata"]!["resourceVersion"]!.ToString().ShouldBe(first["metadata"]!["resourceVersion"]!.ToString());
        var owner = first["metadata"]!["managedFields"]!.AsArray().ShouldHaveSingleItem()!;
        owner["manager"]!.ToString().ShouldBe("one");
        owner["operation"]!.ToString().ShouldBe("Apply");
    }

    [Fact]
    public async Task Apply_RemovesAField_WhenItsOwnerLeavesItOut()
    {
        var name = Unique("drop");
        await ApplyAsync(name, "one", """{"a":"1","b":"2"}""");
        await ApplyAsync(name, "two", """{"c":"3"}""");

        var after = await ApplyAsync(name, "one", """{"a":"1"}""");

        after["data"]!.AsObject().Select(pair => pair.Key).ShouldBe(["a", "c"], ignoreOrder: true);
    }

    [Fact]
    public async Task Apply_IsRefused_WhenAnotherOwnsTheField_AndTakesIt_WhenForced()
    {
        var name = Unique("force");
        await ApplyAsync(name, "one", """{"a":"1"}""");

        var refusal = await Should.ThrowAsync<KubernetesException>(() => ApplyAsync(name, "two", """{"a":"2"}"""));
        var forced = await ApplyAsync(name, "two", """{"a":"2"}""", force: true);

        refusal.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        refusal.Message.ShouldContain("\"one\"");
        refusal.Status!["details"]!["causes"]![0]!["reason"]!.ToString().ShouldBe("FieldManagerConflict");
        refusal.Status["details"]!["causes"]![0]!["field"]!.ToString().ShouldBe(".data.a");
        forced["data"]!["a"]!.ToString().ShouldBe("2");
    }

    [Fact]
    public async Task Apply_SharesAField_WhenBothSayTheSame()
    {
        var name = Unique("share");
        await ApplyAsync(name, "one", """{"a":"1"}""");
        await ApplyAsync(name, "two", """{"a":"1"}""");

        var after = await ApplyAsync(name, "one", """{"b":"2"}""");

        after["data"]!.AsObject().Select(pair => pair.Key).ShouldBe(["a", "b"], ignoreOrder: true);
    }

    [Fact]
    public async Task Apply_ChangesNothing_WhenItIsADryRun()
    {
        var name = Unique("dry");
        await ApplyAsync(name, "one", """{"a":"1"}""");

        var dry = await ApplyAsync(name, "one", """{"a":"2"}""", dryRun: true);
        var after = await cluster.Client.GetAsync(ResourceTypes.ConfigMaps, cluster.Namespace, name, Token);

        dry["data"]!["a"]!.ToString().ShouldBe("2");
        after["data"]!["a"]!.ToString().ShouldBe("1");
    }

    private Task<JsonObject> ApplyAsync(string name, string manager, string data, bool force = false, bool dryRun = false) =>
        cluster.Client.ApplyAsync(
            ResourceTypes.ConfigMaps,
            cluster.Namespace,
            name,
            new() { ["metadata"] = new JsonObject { ["name"] = name }, ["data"] = JsonNode.Parse(data) },
            new() { FieldManager = manager, Force = force, DryRun = dryRun },
            Token);
}
