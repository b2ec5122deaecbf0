using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Tests.Api;

/// <summary>Kinds of CustomResourceDefinitions: schema, defaults, versions.</summary>
public sealed class CustomResourceTests(ApiCluster api) : IClassFixture<ApiCluster>, IAsyncLifetime
{
    private const string Objects = "/apis/example.com/v1/namespaces/default/gadgets";

    public async ValueTask InitializeAsync()
    {
        var made = await api.SendAsync("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", Definition);
        made.Code.ShouldBeOneOf(201, 409);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Definition_IsEstablished_AtOnce()
    {
        var crd = await api.SendAsync("GET", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gadgets.example.com");

        crd.Body.Array("status", "conditions").Objects().Select(c => c.Text("type")).ShouldBe(["NamesAccepted", "Established"]);
        (await api.SendAsync("GET", "/apis/example.com")).Body.Text("preferredVersion", "version").ShouldBe("v1");
    }

    [Theory]
    [InlineData("""{"size":"big"}""", "spec.size: Invalid value: \"string\": spec.size in body must be of type integer")]
    [InlineData("""{"size":11}""", "spec.size: Invalid value: 11: spec.size in body should be less than or equal to 10")]
    [InlineData("""{"size":0}""", "should be greater than or equal to 1")]
    [InlineData("""{}""", "spec.size: Required value")]
    [InlineData("""{"size":1,"mode":"odd"}""", "spec.mode: Unsupported value: \"odd\": supported values: \"fast\", \"slow\"")]
    [InlineData("""{"size":1,"code":"abc"}""", "spec.code in body should match '^[0-9]+$'")]
    [InlineData("""{"size":1,"tags":[]}""", "spec.tags in body should have at least 1 items")]
    [InlineData("""{"size":1,"tags":["a","a"]}""", "spec.tags[1]: Duplicate value: \"a\"")]
    [InlineData("""{"size":1,"parts":[{"name":"a"},{"name":"a"}]}""", "spec.parts[1]: Duplicate value: {\"name\":\"a\"}")]
    [InlineData("""{"size":1,"port":true}""", "spec.port in body must be of type")]
    [InlineData("""{"size":1,"either":{"a":1,"b":2}}""", "must validate one and only one schema (oneOf)")]
    public async Task Create_IsInvalid_WhenTheSchemaSaysSo(string spec, string message)
    {
        var answer = await api.SendAsync("POST", Objects, $$"""{"metadata":{"generateName":"bad-"},"spec":{{spec}}}""");

        (answer.Code, answer.Reason).ShouldBe((422, "Invalid"));
        answer.Message.ShouldContain(message);
        answer.Body.Array("details", "causes").ShouldNotBeNull().Count.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Create_FillsInDefaults_AndDropsWhatIsUnknown()
    {
        var made = await api.SendAsync("POST", Objects, """{"metadata":{"generateName":"a-"},"spec":{"size":1,"odd":1,"free":{"x":{"y":1}}}}""");

        made.Code.ShouldBe(201);
        made.Body.Text("spec", "mode").ShouldBe("fast");
        made.Body.Object("spec")!.ContainsKey("odd").ShouldBeFalse();
        made.Body.Number("spec", "free", "x", "y").ShouldBe(1);
        made.Warnings.ShouldBe(["299 - \"unknown field \\\"spec.odd\\\"\""]);
    }

    [Fact]
    public async Task Create_IsRefused_WhenUnknownFieldsAreToBeStrict()
    {
        var refused = await api.SendAsync("POST", Objects + "?fieldValidation=Strict", """{"metadata":{"generateName":"a-"},"spec":{"size":1,"odd":1}}""");

        refused.Code.ShouldBe(400);
        refused.Message.ShouldContain("strict decoding error: unknown field \"spec.odd\"");
    }

    [Fact]
    public async Task Object_IsToBeHad_InEveryServedVersion()
    {
        var made = await api.SendAsync("POST", Objects, """{"metadata":{"generateName":"a-"},"spec":{"size":1}}""");

        var other = await api.SendAsync("GET", "/apis/example.com/v1beta1/namespaces/default/gadgets/" + made.Body.Name());

        (other.Body.Text("apiVersion"), other.Body.Text("metadata", "uid")).ShouldBe(("example.com/v1beta1", made.Body.Text("metadata", "uid")));
    }

    [Fact]
    public async Task Patch_IsUnsupported_WhenItIsStrategic()
    {
        var made = await api.SendAsync("POST", Objects, """{"metadata":{"generateName":"a-"},"spec":{"size":1}}""");

        var refused = await api.SendAsync("PATCH", $"{Objects}/{made.Body.Name()}", "{}", "application/strategic-merge-patch+json");

        refused.Code.ShouldBe(415);
    }

    [Fact]
    public async Task Objects_Go_WhenTheirDefinitionGoes()
    {
        var definition = Definition.Replace("gadget", "gizmo", StringComparison.Ordinal).Replace("Gadget", "Gizmo", StringComparison.Ordinal);
        await api.SendAsync("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition);
        var gizmos = Objects.Replace("gadget", "gizmo", StringComparison.Ordinal);
        (await api.SendAsync("POST", gizmos, """{"metadata":{"name":"a"},"spec":{"size":1}}""")).Code.ShouldBe(201);

        await api.SendAsync("DELETE", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gizmos.example.com");
        (await api.SendAsync("GET", gizmos)).Code.ShouldBe(404);
        await api.SendAsync("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition);

        (await api.SendAsync("GET", gizmos)).Body.Array("items").ShouldNotBeNull().Count.ShouldBe(0);
    }

    private static readonly string Definition = new JsonObject
    {
        ["metadata"] = new JsonObject { ["name"] = "gadgets.example.com" },
        ["spec"] = new JsonObject
        {
            ["group"] = "example.com",
            ["scope"] = "Namespaced",
            ["names"] = new JsonObject { ["plural"] = "gadgets", ["singular"] = "gadget", ["kind"] = "Gadget" },
            ["versions"] = new JsonArray(Version("v1", storage: true), Version("v1beta1", storage: false)),
        },
    }.ToJsonString();

    private static JsonObject Version(string name, bool storage) => new()
    {
        ["name"] = name,
        ["served"] = true,
        ["storage"] = storage,
        ["subresources"] = new JsonObject { ["status"] = new JsonObject() },
        ["schema"] = new JsonObject
        {
            ["openAPIV3Schema"] = JsonNode.Parse("""
                {"type":"object","properties":{
                  "spec":{"type":"object","required":["size"],"properties":{
                    "size":{"type":"integer","minimum":1,"maximum":10},
                    "mode":{"type":"string","enum":["fast","slow"],"default":"fast"},
                    "code":{"type":"string","pattern":"^[0-9]+$"},
                    "port":{"x-kubernetes-int-or-string":true},
                    "tags":{"type":"array","minItems":1,"x-kubernetes-list-type":"set","items":{"type":"string"}},
                    "parts":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],
                      "items":{"type":"object","properties":{"name":{"type":"string"}}}},
                    "either":{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"integer"}},"oneOf":[{"required":["a"]},{"required":["b"]}]},
                    "free":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}},
                  "status":{"type":"object","x-kubernetes-preserve-unknown-fields":true}}}
                """),
        },
    };
}
