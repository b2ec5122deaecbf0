using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Tests.Api;

namespace Stash.LocalCluster.Tests.Admission;

/// <summary>Registered webhooks are asked over HTTPS, and what they say counts.</summary>
public sealed class AdmissionTests(ApiCluster api) : IClassFixture<ApiCluster>
{
    private const string Configurations = "/apis/admissionregistration.k8s.io/v1";

    [Fact]
    public async Task MutatingWebhook_PatchesAndWarns_BeforeTheObjectIsValidated()
    {
        await using var server = await WebhookServer.StartAsync();
        server.Answer = _ =>
        {
            var response = WebhookServer.Patch("""[{"op":"add","path":"/spec/containers/-","value":{"name":"side","image":"i"}}]""");
            response["warnings"] = new JsonArray("a \"quoted\" warning");
            return response;
        };
        var ns = await api.NamespaceAsync();
        await using var hook = await RegisterAsync(server, ns);

        var made = await api.SendAsync("POST", $"/api/v1/namespaces/{ns}/pods", Pod("\"generateName\":\"p-\""));

        made.Code.ShouldBe(201);
        made.Warnings.ShouldBe(["299 - \"a \\\"quoted\\\" warning\""]);
        var containers = made.Body.Array("spec", "containers").Objects().ToArray();
        containers.Select(c => c.Text("name")).ShouldBe(["main", "side"]);
        containers[1].Text("imagePullPolicy").ShouldBe("Always");
        var request = server.Asked.ShouldHaveSingleItem();
        (request.Text("operation"), request.Text("namespace"), request.Text("name"), request.Text("object", "metadata", "uid")).ShouldBe(("CREATE", ns, "", ""));
        request.Text("userInfo", "username").ShouldBe("system:serviceaccount:default:default");
        request.Array("object", "spec", "volumes").Objects().Single().Text("name").ShouldStartWith("kube-api-access-");
    }

    [Fact]
    public async Task Patch_FailsTheRequest_WhenThePodIsInvalidAfterIt()
    {
        await using var server = await WebhookServer.StartAsync();
        server.Answer = _ => WebhookServer.Patch("""[{"op":"add","path":"/spec/containers/-","value":{"name":"main","image":"i"}}]""");
        var ns = await api.NamespaceAsync();
        await using var hook = await RegisterAsync(server, ns, """{"failurePolicy":"Ignore"}""");

        var refused = await api.SendAsync("POST", $"/api/v1/namespaces/{ns}/pods", Pod("\"name\":\"p\""));

        refused.Code.ShouldBe(422);
        refused.Message.ShouldContain("spec.containers[1].name: Duplicate value: \"main\"");
    }

    [Theory]
    [InlineData("""{"allowed":false,"status":{"message":"no such config"}}""", 403, "Forbidden", "admission webhook \"hook.example.com\" denied the request: no such config")]
    [InlineData("""{"allowed":false,"status":{"message":"bad","code":422,"reason":"Invalid","details":{"causes":[{"field":"spec.x"}]}}}""", 422, "Invalid", "admission webhook \"hook.example.com\" denied the request: bad")]
    [InlineData("""{"allowed":false,"status":{"message":"bad","code":200}}""", 400, "", "admission webhook \"hook.example.com\" denied the request: bad")]
    [InlineData("""{"allowed":false}""", 403, "Forbidden", "admission webhook \"hook.example.com\" denied the request without explanation")]
    public async Task ValidatingWebhook_Denies_InTheWordsOfTheApiServer(string response, int code, string reason, string message)
    {
        await using var server = await WebhookServer.StartAsync();
        server.Answer = _ => JsonNode.Parse(response)!.AsObject();
        var ns = await api.NamespaceAsync();
        await using var hook = await RegisterAsync(server, ns, kind: "validating");

        var refused = await api.SendAsync("POST", $"/api/v1/namespaces/{ns}/pods", Pod("\"name\":\"p\""));

        (refused.Code, refused.Reason, refused.Message).ShouldBe((code, reason, message));
        server.Asked.Single().Text("object", "metadata", "uid").ShouldNotBeEmpty();
        (await api.SendAsync("GET", $"/api/v1/namespaces/{ns}/pods/p")).Code.ShouldBe(404);
    }

    [Theory]
    [InlineData("Ignore", 201)]
    [InlineData("Fail", 500)]
    public async Task FailedCall_CountsAsFailurePolicySays(string policy, int code)
    {
        await using var server = await WebhookServer.StartAsync();
        server.Answer = _ => null;
        var ns = await api.NamespaceAsync();
        await using var hook = await RegisterAsync(server, ns, $$"""{"failurePolicy":"{{policy}}"}""");

        var answer = await api.SendAsync("POST", $"/api/v1/namespaces/{ns}/pods", Pod("\"name\":\"p\""));

        answer.Code.ShouldBe(code);
        server.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Webhook_IsNotTrusted_WhenTheBundleIsAnotherAuthoritys()
    {
        await using var server = await WebhookServer.StartAsync();
        await using var other = await WebhookServer.StartAsync();
        var ns = await api.NamespaceAsync();
        await using var hook = await RegisterAsync(server, ns, bundle: other.CaBundle);

        var refused = await api.SendAsync("POST", $"/api/v1/namespaces/{ns}/pods", Pod("\"name\":\"p\""));

        refused.Code.ShouldBe(500);
        refused.Message.ShouldContain("failed calling webhook \"hook.example.com\"");
        server.Asked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"objectSelector":{"matchLabels":{"a":"b"}}}""", 1)]
    [InlineData("""{"objectSelector":{"matchLabels":{"a":"other"}}}""", 0)]
    [InlineData("""{"rules":[{"operations":["UPDATE"],"apiGroups":["*"],"apiVersions":["*"],"resources":["pods"]}]}""", 0)]
    [InlineData("""{"rules":[{"operations":["*"],"apiGroups":["apps"],"apiVersions":["*"],"resources":["*"]}]}""", 0)]
    [InlineData("""{"rules":[{"operations":["*"],"apiGroups":[""],"apiVersions":["v1"],"resources":["*/*"]}]}""", 1)]
    [InlineData("""{"rules":[{"operations":["*"],"apiGroups":[""],"apiVersions":["v1"],"resources":["pods/status"]}]}""", 0)]
    [InlineData("""{"rules":[{"operations":["*"],"apiGroups":[""],"apiVersions":["v1"],"resources":["*"],"scope":"Cluster"}]}""", 0)]
    [InlineData("""{"rules":[{"operations":["*"],"apiGroups":[""],"apiVersions":["v1"],"resources":["*"],"scope":"Namespaced"}]}""", 1)]
    public async Task Webhook_IsAskedOnly_ForWhatItWantsToSee(string overrides, int asked)
    {
        await using var server = await WebhookServer.StartAsync();
        var ns = await api.NamespaceAsync();
        await using var hook = await RegisterAsync(server, ns, overrides);

        await api.SendAsync("POST", $"/api/v1/namespaces/{ns}/pods", Pod("\"name\":\"p\""));

        server.Asked.Count.ShouldBe(asked);
    }

    [Fact]
    public async Task Webhook_SeesTheOldObject_WhenALabelIsRemoved()
    {
        await using var server = await WebhookServer.StartAsync();
        var ns = await api.NamespaceAsync();
        await api.SendAsync("POST", $"/api/v1/namespaces/{ns}/pods", Pod("\"name\":\"p\""));
        await using var hook = await RegisterAsync(server, ns, """{"objectSelector":{"matchLabels":{"a":"b"}}}""");

        await api.SendAsync("PATCH", $"/api/v1/namespaces/{ns}/pods/p", """{"metadata":{"labels":{"a":null}}}""", "application/merge-patch+json");
        await api.SendAsync("DELETE", $"/api/v1/namespaces/{ns}/pods/p");

        var request = server.Asked.ShouldHaveSingleItem();
        (request.Text("operation"), request.Text("oldObject", "metadata", "labels", "a")).ShouldBe(("UPDATE", "b"));
        request["object"].Find("metadata", "labels", "a").ShouldBeNull();
    }

    [Theory]
    [InlineData("None", 201, 1)]
    [InlineData("NoneOnDryRun", 201, 1)]
    [InlineData("Some", 400, 0)]
    public async Task DryRun_IsRefused_UnlessTheWebhookHasNoSideEffects(string sideEffects, int code, int asked)
    {
        await using var server = await WebhookServer.StartAsync();
        var ns = await api.NamespaceAsync();
        await using var hook = await RegisterAsync(server, ns, $$"""{"sideEffects":"{{sideEffects}}"}""");

        var answer = await api.SendAsync("POST", $"/api/v1/namespaces/{ns}/pods?dryRun=All", Pod("\"name\":\"p\""));

        (answer.Code, server.Asked.Count).ShouldBe((code, asked));
        server.Asked.Select(request => request.Flag("dryRun")).ShouldNotContain(false);
    }

    [Fact]
    public async Task Webhook_IsAskedAgain_WhenALaterOneChangedTheObject()
    {
        await using var first = await WebhookServer.StartAsync("a-first.default.svc");
        await using var second = await WebhookServer.StartAsync("b-second.default.svc");
        second.Answer = _ => WebhookServer.Patch("""[{"op":"add","path":"/metadata/labels/seen","value":"yes"}]""");
        var ns = await api.NamespaceAsync();
        await using var one = await RegisterAsync(first, ns, """{"reinvocationPolicy":"IfNeeded"}""", name: "a-first");
        await using var two = await RegisterAsync(second, ns, name: "b-second");

        await api.SendAsync("POST", $"/api/v1/namespaces/{ns}/pods", Pod("\"name\":\"p\""));

        first.Asked.Select(r => r.Text("object", "metadata", "labels", "seen")).ShouldBe(["", "yes"]);
        second.Asked.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Webhook_IsUnavailable_WhenItsServiceHasNoEndpoints()
    {
        await using var server = await WebhookServer.StartAsync();
        var ns = await api.NamespaceAsync();
        await using var hook = await RegisterAsync(server, ns);
        await api.SendAsync("DELETE", "/api/v1/namespaces/default/endpoints/hook");

        var refused = await api.SendAsync("POST", $"/api/v1/namespaces/{ns}/pods", Pod("\"name\":\"p\""));

        refused.Code.ShouldBe(500);
        refused.Message.ShouldContain("no endpoints available for service \"hook\"");
    }

    private async Task<Registration> RegisterAsync(
        WebhookServer server, string ns, string overrides = "{}", string kind = "mutating", string? bundle = null, string name = "hook")
    {
        await api.SendAsync("DELETE", $"/api/v1/namespaces/default/services/{name}");
        await api.SendAsync("POST", "/api/v1/namespaces/default/services",
            $$$$"""{"metadata":{"name":"{{{{name}}}}"},"spec":{"ports":[{"port":443,"targetPort":{{{{server.Port}}}} }]}}""");
        await api.SendAsync("DELETE", $"/api/v1/namespaces/default/endpoints/{name}");
        await api.SendAsync("POST", "/api/v1/namespaces/default/endpoints",
            $$$$"""{"metadata":{"name":"{{{{name}}}}"},"subsets":[{"addresses":[{"ip":"127.0.0.1"}],"ports":[{"port":{{{{server.Port}}}} }]}]}""");
        await api.SendAsync("PATCH", $"/api/v1/namespaces/{ns}", $$$"""{"metadata":{"labels":{"hooked":"{{{ns}}}"} } }""", "application/merge-patch+json");
        var webhook = JsonNode.Parse($$$"""
            {"name":"hook.example.com","admissionReviewVersions":["v1"],"sideEffects":"None","timeoutSeconds":30,
             "namespaceSelector":{"matchLabels":{"hooked":"{{{ns}}}"}},
             "rules":[{"operations":["*"],"apiGroups":[""],"apiVersions":["v1"],"resources":["pods"]}],
             "clientConfig":{"service":{"name":"{{{name}}}","namespace":"default","path":"/hook"},"caBundle":"{{{bundle ?? server.CaBundle}}}"}}
            """)!.AsObject();
        foreach (var (field, value) in JsonNode.Parse(overrides)!.AsObject())
        {
            webhook[field] = value?.DeepClone();
        }

        var path = $"{Configurations}/{kind}webhookconfigurations";
        var body = new JsonObject { ["metadata"] = new JsonObject { ["name"] = $"{name}-{ns}" }, ["webhooks"] = new JsonArray(webhook) };
        (await api.SendAsync("POST", path, body.ToJsonString())).Code.ShouldBe(201);
        return new Registration(api, $"{path}/{name}-{ns}");
    }

    private static string Pod(string name) =>
        $$$"""{"metadata":{{{{name}}},"labels":{"a":"b"}},"spec":{"containers":[{"name":"main","image":"img"}]}}""";

    private sealed class Registration(ApiCluster api, string path) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await api.SendAsync("DELETE", path);
    }
}
