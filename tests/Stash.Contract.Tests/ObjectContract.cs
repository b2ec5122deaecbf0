using System.Net;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using static Stash.Contract.Tests.ContractCluster;

namespace Stash.Contract.Tests;

/// <summary>One object: created, read, changed and refused.</summary>
public sealed class ObjectContract(ContractCluster cluster)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IKubernetesClient Client => cluster.Client;

    [Fact]
    public async Task Version_IsRead()
    {
        var version = await Client.VersionAsync(Token);

        version.Major.ShouldBe(1);
        version.Minor.ShouldBeGreaterThan(20);
        version.GitVersion.ShouldStartWith($"v1.{version.Minor}.");
    }

    [Fact]
    public async Task Create_GivesIdentity_WhenTheObjectIsNew()
    {
        var name = Unique("create");

        var created = await Client.CreateAsync(ResourceTypes.ConfigMaps, cluster.Namespace, ConfigMap(name, "ünï\n\"quoted\" \u0001"), null, Token);
        var read = await Client.GetAsync(ResourceTypes.ConfigMaps, cluster.Namespace, name, Token);

        created["metadata"]!["uid"]!.ToString().ShouldNotBeEmpty();
        created["metadata"]!["creationTimestamp"]!.ToString().ShouldEndWith("Z");
        read["data"]!["key"]!.ToString().ShouldBe("ünï\n\"quoted\" \u0001");
        read["metadata"]!["resourceVersion"]!.ToString().ShouldBe(created["metadata"]!["resourceVersion"]!.ToString());
        read["kind"]!.ToString().ShouldBe("ConfigMap");
        read["apiVersion"]!.ToString().ShouldBe("v1");
    }

    [Fact]
    public async Task Create_MakesANameEachTime_WhenOnlyGenerateNameIsGiven()
    {
        JsonObject Body() => new() { ["metadata"] = new JsonObject { ["generateName"] = "made-" } };

        var one = await Client.CreateAsync(ResourceTypes.ConfigMaps, cluster.Namespace, Body(), null, Token);
        var other = await Client.CreateAsync(ResourceTypes.ConfigMaps, cluster.Namespace, Body(), null, Token);

        one["metadata"]!["name"]!.ToString().ShouldMatch("^made-[a-z0-9]{5}$");
        other["metadata"]!["name"]!.ToString().ShouldNotBe(one["metadata"]!["name"]!.ToString());
    }

    [Fact]
    public async Task Create_IsRefused_WhenTheNameIsTaken()
    {
        var name = Unique("taken");
        await Client.CreateAsync(ResourceTypes.ConfigMaps, cluster.Namespace, ConfigMap(name, "1"), null, Token);

        var refusal = await Should.ThrowAsync<KubernetesException>(
            () => Client.CreateAsync(ResourceTypes.ConfigMaps, cluster.Namespace, ConfigMap(name, "2"), null, Token));

        refusal.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        refusal.Reason.ShouldBe("AlreadyExists");
        refusal.Message.ShouldContain(name);
        refusal.Status!["details"]!["name"]!.ToString().ShouldBe(name);
    }

    [Fact]
    public async Task Create_LeavesNothing_WhenItIsADryRun()
    {
        var name = Unique("dry");

        var created = await Client.CreateAsync(ResourceTypes.ConfigMaps, cluster.Namespace, ConfigMap(name, "1"), new() { DryRun = true }, Token);

        created["metadata"]!["name"]!.ToString().ShouldBe(name);
        (await Client.FindAsync(ResourceTypes.ConfigMaps, cluster.Namespace, name, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Get_Is404AndFindIsNull_WhenThereIsNoObject()
    {
        var name = Unique("missing");

        var refusal = await Should.ThrowAsync<KubernetesException>(() => Client.GetAsync(ResourceTypes.ConfigMaps, cluster.Namespace, name, Token));

        refusal.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        refusal.Reason.ShouldBe("NotFound");
        (await Client.FindAsync(ResourceTypes.ConfigMaps, cluster.Namespace, name, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task Replace_IsRefused_WhenTheResourceVersionIsOld()
    {
        var name = Unique("replace");
        var first = await Client.CreateAsync(ResourceTypes.ConfigMaps, cluster.Namespace, ConfigMap(name, "1"), null, Token);
        var stale = first.DeepClone().AsObject();
        first["data"]!["key"] = "2";
        var second = await Client.ReplaceAsync(ResourceTypes.ConfigMaps, cluster.Namespace, name, first, null, Token);

        var refusal = await Should.ThrowAsync<KubernetesException>(
            () => Client.ReplaceAsync(ResourceTypes.ConfigMaps, cluster.Namespace, name, stale, null, Token));

        second["data"]!["key"]!.ToString().ShouldBe("2");
        second["metadata"]!["resourceVersion"]!.ToString().ShouldNotBe(stale["metadata"]!["resourceVersion"]!.ToString());
        refusal.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        refusal.Reason.ShouldBe("Conflict");
    }

    [Fact]
    public async Task MergePatch_ChangesAndRemovesFields_AndKeepsTheRest()
    {
        var name = Unique("merge");
        await Client.CreateAsync(ResourceTypes.ConfigMaps, cluster.Namespace, ConfigMap(name, "1", ("stays", "yes"), ("goes", "yes")), null, Token);
        var patch = JsonNode.Parse("""{"metadata":{"labels":{"goes":null}},"data":{"other":"2"}}""")!.AsObject();

        var patched = await Client.MergePatchAsync(ResourceTypes.ConfigMaps, cluster.Namespace, name, patch, null, Token);

        patched["data"]!.ToJsonString().ShouldBe("""{"key":"1","other":"2"}""");
        patched["metadata"]!["labels"]!.ToJsonString().ShouldBe("""{"stays":"yes"}""");
    }

    [Fact]
    public async Task MergePatch_Is404_WhenThereIsNoObject()
    {
        var refusal = await Should.ThrowAsync<KubernetesException>(
            () => Client.MergePatchAsync(ResourceTypes.ConfigMaps, cluster.Namespace, Unique("missing"), ConfigMap("x", "1"), null, Token));

        refusal.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Create_TellsEachFault_WhenTheObjectIsInvalid()
    {
        var body = Widgets.Widget(Unique("invalid"), 1000);
        body["spec"]!["colour"] = "blue";

        var refusal = await Should.ThrowAsync<KubernetesException>(() => Client.CreateAsync(Widgets.Type, cluster.Namespace, body, null, Token));

        refusal.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
        refusal.Reason.ShouldBe("Invalid");
        var fields = refusal.Status!["details"]!["causes"]!.AsArray().Select(cause => cause!["field"]!.ToString()).ToList();
        fields.ShouldContain("spec.size");
        fields.ShouldContain("spec.colour");
    }
}
