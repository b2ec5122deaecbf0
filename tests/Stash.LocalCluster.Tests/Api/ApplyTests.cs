using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Tests.Api;

/// <summary>Server-side apply over HTTPS: who owns what.</summary>
public sealed class ApplyTests(ApiCluster api) : IClassFixture<ApiCluster>
{
    [Fact]
    public async Task Apply_CreatesThenChangesNothing_WhenItIsRepeated()
    {
        var ns = await api.NamespaceAsync();

        var first = await ApplyAsync(ns, "a", """{"data":{"k":"1"}}""");
        var second = await ApplyAsync(ns, "a", """{"data":{"k":"1"}}""");

        (first.Code, second.Code).ShouldBe((201, 200));
        second.Version.ShouldBe(first.Version);
        var owner = second.Body.Array("metadata", "managedFields").Objects().ShouldHaveSingleItem();
        (owner.Text("manager"), owner.Text("operation")).ShouldBe(("a", "Apply"));
        owner.Object("fieldsV1")!.ToJsonString().ShouldBe("""{"f:data":{"f:k":{}}}""");
    }

    [Fact]
    public async Task Apply_RemovesWhatItsManagerNoLongerNames_AndKeepsOthers()
    {
        var ns = await api.NamespaceAsync();
        await ApplyAsync(ns, "a", """{"data":{"mine":"1","shared":"1"}}""");
        await ApplyAsync(ns, "b", """{"data":{"theirs":"1","shared":"1"}}""");

        var result = await ApplyAsync(ns, "a", """{"metadata":{"labels":{"x":"y"}}}""");

        result.Body.Object("data")!.ToJsonString().ShouldBe("""{"shared":"1","theirs":"1"}""");
    }

    [Fact]
    public async Task Apply_Conflicts_UntilItIsForced()
    {
        var ns = await api.NamespaceAsync();
        await ApplyAsync(ns, "a", """{"data":{"k":"1"}}""");

        var refused = await ApplyAsync(ns, "b", """{"data":{"k":"2"}}""");
        var forced = await ApplyAsync(ns, "b", """{"data":{"k":"2"}}""", "&force=true");
        var back = await ApplyAsync(ns, "a", """{"data":{"k":"1"}}""");

        (refused.Code, refused.Reason, back.Code).ShouldBe((409, "Conflict", 409));
        refused.Message.ShouldBe("Apply failed with 1 conflict: conflicts with \"a\":\n- .data.k");
        refused.Body.Array("details", "causes").Objects().Single().Text("reason").ShouldBe("FieldManagerConflict");
        forced.Body.Text("data", "k").ShouldBe("2");
    }

    [Fact]
    public async Task Apply_Conflicts_WhenAnUpdateTookTheField()
    {
        var ns = await api.NamespaceAsync();
        await ApplyAsync(ns, "a", """{"data":{"k":"1"}}""");
        await api.SendAsync("PATCH", $"/api/v1/namespaces/{ns}/configmaps/cm?fieldManager=editor", """{"data":{"k":"2"}}""", "application/merge-patch+json");

        var refused = await ApplyAsync(ns, "a", """{"data":{"k":"1"}}""");

        refused.Code.ShouldBe(409);
        refused.Message.ShouldContain("conflicts with \"editor\" using v1");
    }

    [Fact]
    public async Task Apply_MergesContainersByName_WhenTwoManagersShareThem()
    {
        var ns = await api.NamespaceAsync();
        const string Path = "deployments/web";
        await ApplyAsync(ns, "a", Workload("""{"name":"main","image":"one","env":[{"name":"A","value":"1"}]}"""), path: Path);

        var both = await ApplyAsync(ns, "b", """{"spec":{"template":{"spec":{"containers":[{"name":"main","env":[{"name":"B","value":"2"}]}]}}}}""", path: Path);
        var without = await ApplyAsync(ns, "b", """{"metadata":{"labels":{"b":"c"}}}""", path: Path);

        Env(both).ShouldBe(["A", "B"]);
        Env(without).ShouldBe(["A"]);
        without.Body.Array("spec", "template", "spec", "containers").Objects().Single().Text("image").ShouldBe("one");
    }

    [Fact]
    public async Task Apply_IsRefused_WhenItNamesNoManager()
    {
        var answer = await api.SendAsync("PATCH", "/api/v1/namespaces/default/configmaps/x", "{}", "application/apply-patch+yaml");

        answer.Code.ShouldBe(422);
        answer.Message.ShouldContain("is required for apply patch");
    }

    [Fact]
    public async Task Apply_ReadsYaml()
    {
        var ns = await api.NamespaceAsync();

        var made = await ApplyAsync(ns, "a", "apiVersion: v1\nkind: ConfigMap\ndata:\n  k: \"1\"\n");

        made.Body.Text("data", "k").ShouldBe("1");
    }

    private Task<ApiAnswer> ApplyAsync(string ns, string manager, string body, string query = "", string path = "configmaps/cm") => api.SendAsync(
        "PATCH", $"{(path.StartsWith("conf", StringComparison.Ordinal) ? "/api/v1" : "/apis/apps/v1")}/namespaces/{ns}/{path}?fieldManager={manager}{query}",
        body, "application/apply-patch+yaml");

    private static IEnumerable<string> Env(ApiAnswer answer) =>
        answer.Body.Array("spec", "template", "spec", "containers").Objects().Single().Array("env").Objects().Select(e => e.Text("name"));

    private static string Workload(string container) => $$$$$"""
        {"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{{{{{container}}}}}]}}}}
        """;
}
