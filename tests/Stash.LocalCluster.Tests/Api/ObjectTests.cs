using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Tests.Api;

/// <summary>Objects over HTTPS: identity, conflicts, validation, deletion.</summary>
public sealed class ObjectTests(ApiCluster api) : IClassFixture<ApiCluster>
{
    private const string Json = "application/merge-patch+json";

    [Fact]
    public async Task Request_IsUnauthorized_WhenItCarriesNoCredentials()
    {
        using var http = api.Connect(token: null);

        using var response = await http.GetAsync("/api/v1/namespaces", TestContext.Current.CancellationToken);

        ((int)response.StatusCode).ShouldBe(401);
    }

    [Fact]
    public async Task Request_IsUnauthorized_WhenItsTokenWasRevoked()
    {
        var token = api.Cluster.IssueToken("default", "other");
        using var http = api.Connect(token);
        using var before = await http.GetAsync("/api/v1/nodes", TestContext.Current.CancellationToken);

        api.Cluster.RevokeToken(token);
        using var after = await http.GetAsync("/api/v1/nodes", TestContext.Current.CancellationToken);

        ((int)before.StatusCode, (int)after.StatusCode).ShouldBe((200, 401));
        api.Cluster.Requests.ShouldContain(new RecordedRequest("system:serviceaccount:default:other", "list", "", "nodes", "", "", 200));
    }

    [Fact]
    public async Task Create_GivesIdentity_WhenTheNameIsGenerated()
    {
        var ns = await api.NamespaceAsync();

        var made = await api.SendAsync("POST", $"/apis/apps/v1/namespaces/{ns}/deployments", Deployment("\"generateName\":\"web-\""));

        made.Code.ShouldBe(201);
        made.Body.Name().ShouldMatch("^web-[a-z0-9]{5}$");
        Guid.TryParse(made.Body.Text("metadata", "uid"), out _).ShouldBeTrue();
        made.Body.Number("metadata", "generation").ShouldBe(1);
        made.Body.Number("spec", "replicas").ShouldBe(1);
        made.Body.Text("spec", "template", "spec", "restartPolicy").ShouldBe("Always");
    }

    [Theory]
    [InlineData("POST", "/api/v1/namespaces/missing/configmaps", """{"metadata":{"name":"a"}}""", 404, "NotFound", "namespaces \"missing\" not found")]
    [InlineData("POST", "/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"a","namespace":"other"}}""", 400, "BadRequest", "namespace of the provided object")]
    [InlineData("POST", "/api/v1/namespaces/default/configmaps", """{"kind":"Secret","apiVersion":"v1","metadata":{"name":"a"}}""", 400, "BadRequest", "cannot be handled as a ConfigMap")]
    [InlineData("POST", "/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"Not_A_Name"}}""", 422, "Invalid", "metadata.name: Invalid value: \"Not_A_Name\"")]
    [InlineData("POST", "/api/v1/namespaces/default/configmaps", """{"metadata":{}}""", 422, "Invalid", "name or generateName is required")]
    [InlineData("POST", "/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"a","name":"b"}}""", 400, "BadRequest", "unrecognized")]
    [InlineData("POST", "/api/v1/namespaces/default/configmaps", "[]", 400, "BadRequest", "unrecognized")]
    [InlineData("POST", "/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"kube-root-ca.crt"}}""", 409, "AlreadyExists", "configmaps \"kube-root-ca.crt\" already exists")]
    [InlineData("POST", "/api/v1/namespaces/default/pods", """{"metadata":{"name":"a"},"spec":{"containers":[]}}""", 422, "Invalid", "spec.containers: Required value")]
    [InlineData("POST", "/api/v1/namespaces/default/pods", """{"metadata":{"name":"a"},"spec":{"containers":[{"name":"x","image":"i"},{"name":"x","image":"i"}]}}""", 422, "Invalid", "spec.containers[1].name: Duplicate value: \"x\"")]
    [InlineData("POST", "/api/v1/namespaces/default/pods", """{"metadata":{"name":"a"},"spec":{"containers":[{"name":"x","image":"i","volumeMounts":[{"name":"v","mountPath":"/v"}]}]}}""", 422, "Invalid", "spec.containers[0].volumeMounts[0].name: Not found: \"v\"")]
    [InlineData("GET", "/api/v1/namespaces/default/pods/none", null, 404, "NotFound", "pods \"none\" not found")]
    [InlineData("GET", "/apis/apps/v1/namespaces/default/deployments/none", null, 404, "NotFound", "deployments.apps \"none\" not found")]
    [InlineData("GET", "/apis/none.example.com/v1/things", null, 404, "NotFound", "could not find the requested resource")]
    [InlineData("GET", "/api/v1/namespaces/default/pods?labelSelector=a%20in%20(", null, 400, "BadRequest", "unable to parse requirement")]
    [InlineData("DELETE", "/api/v1/namespaces/default/pods/none", null, 404, "NotFound", "pods \"none\" not found")]
    public async Task Request_IsRefusedWithAStatus_WhenItIsWrong(string method, string path, string? body, int code, string reason, string message)
    {
        var answer = await api.SendAsync(method, path, body);

        (answer.Code, answer.Reason, answer.Body.Text("kind")).ShouldBe((code, reason, "Status"));
        answer.Message.ShouldContain(message);
    }

    [Fact]
    public async Task Update_Conflicts_WhenTheVersionIsStale()
    {
        var ns = await api.NamespaceAsync();
        var path = $"/api/v1/namespaces/{ns}/configmaps/a";
        var first = await ConfigMapAsync(ns, "a");
        await api.SendAsync("PATCH", path, """{"data":{"k":"2"}}""", Json);

        var stale = await api.SendAsync("PUT", path, first.Body.ToJsonString());

        (stale.Code, stale.Reason).ShouldBe((409, "Conflict"));
        stale.Message.ShouldContain("the object has been modified");
    }

    [Fact]
    public async Task Update_KeepsVersionAndGeneration_WhenNothingChanges()
    {
        var ns = await api.NamespaceAsync();
        var path = $"/apis/apps/v1/namespaces/{ns}/deployments/web";
        var made = await api.SendAsync("POST", $"/apis/apps/v1/namespaces/{ns}/deployments", Deployment("\"name\":\"web\""));

        var same = await api.SendAsync("PATCH", path, """{"spec":{"replicas":1}}""", Json);
        var labelled = await api.SendAsync("PATCH", path, """{"metadata":{"labels":{"a":"b"}}}""", Json);
        var scaled = await api.SendAsync("PATCH", path, """{"spec":{"replicas":2}}""", Json);

        same.Version.ShouldBe(made.Version);
        long.Parse(labelled.Version).ShouldBeGreaterThan(long.Parse(same.Version));
        labelled.Body.Number("metadata", "generation").ShouldBe(1);
        scaled.Body.Number("metadata", "generation").ShouldBe(2);
    }

    [Fact]
    public async Task Status_AndTheRest_AreWrittenApart()
    {
        var ns = await api.NamespaceAsync();
        var path = $"/apis/apps/v1/namespaces/{ns}/deployments/web";
        await api.SendAsync("POST", $"/apis/apps/v1/namespaces/{ns}/deployments", Deployment("\"name\":\"web\""));

        var main = await api.SendAsync("PATCH", path, """{"status":{"replicas":7}}""", Json);
        var status = await api.SendAsync("PATCH", path + "/status", """{"spec":{"replicas":9},"status":{"replicas":7}}""", Json);

        main.Body.Number("status", "replicas").ShouldBeNull();
        (status.Body.Number("status", "replicas"), status.Body.Number("spec", "replicas")).ShouldBe((7, 1));
    }

    [Fact]
    public async Task Write_LeavesNothing_WhenItIsADryRun()
    {
        var ns = await api.NamespaceAsync();

        var made = await api.SendAsync("POST", $"/api/v1/namespaces/{ns}/configmaps?dryRun=All", """{"metadata":{"name":"a"}}""");

        made.Code.ShouldBe(201);
        (await api.SendAsync("GET", $"/api/v1/namespaces/{ns}/configmaps/a")).Code.ShouldBe(404);
    }

    [Theory]
    [InlineData("""{"preconditions":{"uid":"other"}}""", "UID in precondition: other")]
    [InlineData("""{"preconditions":{"resourceVersion":"1"}}""", "ResourceVersion in precondition: 1")]
    public async Task Delete_Conflicts_WhenThePreconditionFails(string options, string message)
    {
        var ns = await api.NamespaceAsync();
        await ConfigMapAsync(ns, "a");

        var refused = await api.SendAsync("DELETE", $"/api/v1/namespaces/{ns}/configmaps/a", options);

        (refused.Code, refused.Reason).ShouldBe((409, "Conflict"));
        refused.Message.ShouldContain(message);
        (await api.SendAsync("GET", $"/api/v1/namespaces/{ns}/configmaps/a")).Code.ShouldBe(200);
    }

    [Fact]
    public async Task Delete_Waits_WhenThereAreFinalizers()
    {
        var ns = await api.NamespaceAsync();
        var path = $"/api/v1/namespaces/{ns}/configmaps/a";
        await api.SendAsync("POST", $"/api/v1/namespaces/{ns}/configmaps", """{"metadata":{"name":"a","finalizers":["example.com/wait"]}}""");

        await api.SendAsync("DELETE", path);
        var waiting = await api.SendAsync("GET", path);
        await api.SendAsync("PATCH", path, """{"metadata":{"finalizers":null}}""", Json);

        waiting.Body.Text("metadata", "deletionTimestamp").ShouldNotBeEmpty();
        (await api.SendAsync("GET", path)).Code.ShouldBe(404);
    }

    [Theory]
    [InlineData("Background", false)]
    [InlineData("Foreground", false)]
    [InlineData("Orphan", true)]
    public async Task Delete_TreatsDependents_AsItsPolicySays(string policy, bool isLeft)
    {
        var ns = await api.NamespaceAsync();
        var owner = await ConfigMapAsync(ns, "owner");
        var uid = owner.Body.Text("metadata", "uid");
        await api.SendAsync("POST", $"/api/v1/namespaces/{ns}/secrets",
            $$$"""{"metadata":{"name":"child","ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"owner","uid":"{{{uid}}}"}]}}""");

        await api.SendAsync("DELETE", $"/api/v1/namespaces/{ns}/configmaps/owner", $$"""{"propagationPolicy":"{{policy}}"}""");

        (await api.SendAsync("GET", $"/api/v1/namespaces/{ns}/configmaps/owner")).Code.ShouldBe(404);
        (await api.SendAsync("GET", $"/api/v1/namespaces/{ns}/secrets/child")).Code.ShouldBe(isLeft ? 200 : 404);
    }

    [Fact]
    public async Task Namespace_TakesItsContentAlong_WhenItIsDeleted()
    {
        var ns = await api.NamespaceAsync();
        await ConfigMapAsync(ns, "a");
        (await api.SendAsync("GET", $"/api/v1/namespaces/{ns}/serviceaccounts/default")).Code.ShouldBe(200);

        await api.SendAsync("DELETE", $"/api/v1/namespaces/{ns}");

        (await api.SendAsync("GET", $"/api/v1/namespaces/{ns}")).Code.ShouldBe(404);
        api.Cluster.Objects.List(ResourceTypes.ConfigMaps, ns).ShouldBeEmpty();
    }

    [Fact]
    public async Task DeleteCollection_DeletesWhatIsSelected()
    {
        var ns = await api.NamespaceAsync();
        await ConfigMapAsync(ns, "a", "x");
        await ConfigMapAsync(ns, "b", "y");

        await api.SendAsync("DELETE", $"/api/v1/namespaces/{ns}/configmaps?labelSelector=app=x");

        api.Cluster.Objects.List(ResourceTypes.ConfigMaps, ns).Select(o => o.Name()).ShouldBe(["b", "kube-root-ca.crt"]);
    }

    [Fact]
    public async Task Token_IsAccepted_WhenItWasRequestedForAServiceAccount()
    {
        var ns = await api.NamespaceAsync();

        var issued = await api.SendAsync("POST", $"/api/v1/namespaces/{ns}/serviceaccounts/default/token", """{"spec":{"expirationSeconds":600}}""");

        using var http = api.Connect(issued.Body.Text("status", "token"));
        using var response = await http.GetAsync($"/api/v1/namespaces/{ns}/pods", TestContext.Current.CancellationToken);
        ((int)response.StatusCode).ShouldBe(200);
        api.Cluster.Requests.ShouldContain(new RecordedRequest($"system:serviceaccount:{ns}:default", "list", "", "pods", ns, "", 200));
    }

    private Task<ApiAnswer> ConfigMapAsync(string ns, string name, string app = "x") => api.SendAsync(
        "POST", $"/api/v1/namespaces/{ns}/configmaps", new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = new JsonObject { ["app"] = app } },
            ["data"] = new JsonObject { ["k"] = "1" },
        }.ToJsonString());

    private static string Deployment(string name) => $$$$$"""
        {"metadata":{{{{{{name}}}}}},"spec":{"selector":{"matchLabels":{"a":"b"}},
        "template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"main","image":"img"}]}}}}
        """;
}
