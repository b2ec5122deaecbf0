using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Stash.Core.Conversion;
using Stash.Core.Yaml;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Tests.Admission;

namespace Stash.LocalCluster.Tests.Api;

/// <summary>The project's own CRD, whose versions a webhook converts over HTTPS.</summary>
public sealed class ConversionTests : IAsyncLifetime
{
    private const string Definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private readonly ApiCluster api = new();
    private WebhookServer server = null!;

    public async ValueTask InitializeAsync()
    {
        await api.InitializeAsync();
        server = await WebhookServer.StartAsync("stash-webhook.stash-system.svc");
        server.Answer = Convert;
        await api.SendAsync("POST", "/api/v1/namespaces", """{"metadata":{"name":"stash-system"}}""");
        await api.SendAsync("POST", "/api/v1/namespaces/stash-system/services", """{"metadata":{"name":"stash-webhook"},"spec":{"ports":[{"port":443}]}}""");
        await api.SendAsync(
            "POST", "/api/v1/namespaces/stash-system/endpoints",
            $$$"""{"metadata":{"name":"stash-webhook"},"subsets":[{"addresses":[{"ip":"127.0.0.1"}],"ports":[{"port":{{{server.Port}}}}]}]}""");
        (await api.SendAsync("POST", Definitions, Definition(server.CaBundle).ToJsonString())).Code.ShouldBe(201);
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        await api.DisposeAsync();
    }

    [Fact]
    public async Task Object_HasTheShapeOfTheVersion_InGetListAndWatch()
    {
        using var watch = await OpenAsync(Path("v1beta1") + "?watch=true");

        var made = await api.SendAsync("POST", Path("v1beta1"), Config("a", "v1beta1", """{"name":"vault"}"""));
        var stored = await api.SendAsync("GET", Path("v1beta2") + "/a");
        await api.SendAsync("POST", Path("v1beta2"), Config("b", "v1beta2", """[{"name":"spare"}]"""));
        var list = await api.SendAsync("GET", Path("v1beta1"));

        made.Code.ShouldBe(201);
        Repository(made.Body).ShouldBe("""{"name":"vault"}""");
        Repository(stored.Body).ShouldBe("""[{"name":"vault"}]""");
        list.Body.Array("items").Objects().Select(Repository).ShouldBe(["""{"name":"vault"}""", """{"name":"spare"}"""]);
        var events = new[] { await watch.ReadLineAsync(TestContext.Current.CancellationToken), await watch.ReadLineAsync(TestContext.Current.CancellationToken) };
        events.Select(line => Repository(JsonNode.Parse(line!)!["object"]!.AsObject())).ShouldBe(["""{"name":"vault"}""", """{"name":"spare"}"""]);
    }

    [Fact]
    public async Task StoredVersion_NeedsNoWebhook_WhenItIsDown()
    {
        (await api.SendAsync("POST", Path("v1beta1"), Config("a", "v1beta1", """{"name":"vault"}"""))).Code.ShouldBe(201);
        var asked = server.Asked.Count;
        server.Answer = _ => null;

        (await api.SendAsync("GET", Path("v1beta2"))).Body.Array("items")!.Count.ShouldBe(1);
        var patched = await api.SendAsync("PATCH", Path("v1beta2") + "/a/status", """{"status":{"phase":"Ready"}}""", "application/merge-patch+json");
        var older = await api.SendAsync("GET", Path("v1beta1") + "/a");

        patched.Code.ShouldBe(200, patched.Message);
        server.Asked.Count.ShouldBe(asked + 1);
        older.Code.ShouldBe(500);
        older.Message.ShouldStartWith("conversion webhook for stash.appscode.com/v1beta2, Kind=BackupConfiguration failed: ");
    }

    [Fact]
    public async Task Definition_WorksInTheStoredVersion_BeforeACertificateIsThere()
    {
        await api.SendAsync("DELETE", $"{Definitions}/backupconfigurations.stash.appscode.com");
        (await api.SendAsync("POST", Definitions, Definition(bundle: null).ToJsonString())).Code.ShouldBe(201);

        (await api.SendAsync("POST", Path("v1beta2"), Config("a", "v1beta2", """[{"name":"vault"}]"""))).Code.ShouldBe(201);
        (await api.SendAsync("POST", Path("v1beta1"), Config("b", "v1beta1", """{"name":"vault"}"""))).Code.ShouldBe(500);
    }

    [Theory]
    [InlineData("""{"result":{"status":"Failure","message":"no way"},"convertedObjects":[]}""", "conversion webhook failed: no way")]
    [InlineData("""{"result":{"status":"Success"},"convertedObjects":[]}""", "returned 0 objects for 1")]
    [InlineData("""{"result":{"status":"Success"},"convertedObjects":[{"apiVersion":"stash.appscode.com/v1beta1","kind":"BackupConfiguration"}]}""", "invalid groupVersion (expected stash.appscode.com/v1beta2, received stash.appscode.com/v1beta1)")]
    [InlineData("""{"result":{"status":"Success"},"convertedObjects":[{"apiVersion":"stash.appscode.com/v1beta2","kind":"BackupConfiguration","metadata":{"name":"z"}}]}""", "must have the same name: a != z")]
    [InlineData("""{"result":{"status":"Success"},"convertedObjects":[{"apiVersion":"stash.appscode.com/v1beta2","kind":"BackupSession","metadata":{"name":"a"}}]}""", "must have the same kind")]
    public async Task Write_Fails_WhenTheWebhookAnswersNonsense(string response, string message)
    {
        server.Answer = _ => JsonNode.Parse(response)!.AsObject();

        var refused = await api.SendAsync("POST", Path("v1beta1"), Config("a", "v1beta1", """{"name":"vault"}"""));

        refused.Code.ShouldBe(500);
        refused.Message.ShouldContain(message);
    }

    [Fact]
    public async Task Metadata_IsWhatItWas_ButForLabelsAndAnnotations()
    {
        server.Answer = request =>
        {
            var response = Convert(request);
            foreach (var one in response.Array("convertedObjects").Objects())
            {
                one["metadata"]!["finalizers"] = new JsonArray("added");
                one["metadata"]!["annotations"] = new JsonObject { ["added"] = "yes" };
            }

            return response;
        };

        await api.SendAsync("POST", Path("v1beta1"), Config("a", "v1beta1", """{"name":"vault"}"""));

        var stored = await api.SendAsync("GET", Path("v1beta2") + "/a");
        stored.Body.Array("metadata", "finalizers").ShouldBeNull();
        stored.Body.Text("metadata", "annotations", "added").ShouldBe("yes");
    }

    private static JsonObject Convert(JsonObject request) => new()
    {
        ["result"] = new JsonObject { ["status"] = "Success" },
        ["convertedObjects"] = new JsonArray(
            [.. request.Array("objects").Objects().Select(one => (JsonNode)ObjectConverter.Convert(one, request.Text("desiredAPIVersion")).DeepClone())]),
    };

    private async Task<StreamReader> OpenAsync(string path)
    {
        var response = await api.Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return new StreamReader(await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    private static string Path(string version) => $"/apis/stash.appscode.com/{version}/namespaces/default/backupconfigurations";

    private static string? Repository(JsonObject config) => config.Find("spec", "repository")?.ToJsonString();

    private static string Config(string name, string version, string repository) => $$$$"""
        {"apiVersion":"stash.appscode.com/{{{{version}}}}","kind":"BackupConfiguration","metadata":{"name":"{{{{name}}}}"},
         "spec":{"repository":{{{{repository}}}},"retentionPolicy":{"name":"keep","keepLast":5,"prune":true},
         "target":{"ref":{"apiVersion":"apps/v1","kind":"StatefulSet","name":"db"},"paths":["/data"]}}}
        """;

    private static JsonObject Definition(string? bundle, [CallerFilePath] string here = "")
    {
        var folder = System.IO.Path.GetDirectoryName(here)!;
        var crd = YamlJson.Read(File.ReadAllText(System.IO.Path.Combine(folder, "..", "..", "..", "manifests", "crds", "backupconfigurations.yaml"))).Single();
        if (bundle is not null)
        {
            crd["spec"]!["conversion"]!["webhook"]!["clientConfig"]!["caBundle"] = bundle;
        }

        return crd;
    }
}
