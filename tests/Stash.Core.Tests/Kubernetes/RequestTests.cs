using System.Net;
using Microsoft.AspNetCore.Http;
using Stash.Core.Kubernetes;
using static Stash.Core.Tests.Kubernetes.ApiServer;

namespace Stash.Core.Tests.Kubernetes;

/// <summary>Identity, trust, retries and refusals, over a real TLS connection.</summary>
public sealed class RequestTests
{
    private const string ConfigMap = """{"kind":"ConfigMap","metadata":{"name":"a","resourceVersion":"1"}}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Get_SendsTheTokenAsItIsNow_WhenTheFileIsRotated()
    {
        List<string> seen = [];
        await using var server = await StartAsync(context =>
        {
            seen.Add(context.Request.Headers.Authorization.ToString());
            return JsonAsync(context, ConfigMap);
        });
        using var client = server.Client();
        var token = Path.Combine(server.Folder, "token");

        await GetAsync(client);
        await File.WriteAllTextAsync(token, "token-2\n", Token);
        await GetAsync(client);
        File.Delete(token);
        await GetAsync(client);

        seen.ShouldBe(["Bearer token-1", "Bearer token-2", "Bearer token-2"]);
        client.DefaultNamespace.ShouldBe("team-a");
    }

    [Theory]
    [InlineData("127.0.0.1", "", true)]
    [InlineData("kubernetes.test", "", false)]
    [InlineData("kubernetes.test", "tls-server-name: kubernetes.test", true)]
    [InlineData("127.0.0.1", "tls-server-name: kubernetes.test", false)]
    public async Task Get_TrustsTheServer_WhenItsCertificateHasTheNameAndTheAuthority(string serverName, string extra, bool trusted)
    {
        await using var server = await StartAsync(context => JsonAsync(context, ConfigMap), serverName);
        using var client = server.ByKubeconfig($"certificate-authority-data: {Base64(server.AuthorityPem)}, {extra}", "token: t");

        await ShouldBeTrustedAsync(client, trusted);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("insecure-skip-tls-verify: true", true)]
    public async Task Get_TrustsTheServer_WhenItsAuthorityIsUnknown_OnlyIfToldTo(string cluster, bool trusted)
    {
        await using var server = await StartAsync(context => JsonAsync(context, ConfigMap));
        using var client = server.ByKubeconfig(cluster, "token: t");

        await ShouldBeTrustedAsync(client, trusted);
    }

    [Fact]
    public async Task Get_DoesNotTrustTheServer_WhenTheGivenAuthorityIsAnother()
    {
        await using var other = await StartAsync(context => JsonAsync(context, ConfigMap));
        await using var server = await StartAsync(context => JsonAsync(context, ConfigMap));
        using var client = server.ByKubeconfig($"certificate-authority-data: {Base64(other.AuthorityPem)}", "token: t");

        await ShouldBeTrustedAsync(client, trusted: false);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Get_ShowsTheClientCertificate_FromDataOrFile(bool inline)
    {
        await using var server = await StartAsync(context =>
            JsonAsync(context, $$"""{"subject":"{{context.Connection.ClientCertificate?.Subject}}"}"""));
        using var certificate = server.Issue("jane", out var key);
        var pem = certificate.ExportCertificatePem();
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "jane.crt"), pem, Token);
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "jane.key"), key, Token);
        using var client = server.ByKubeconfig(
            "certificate-authority: ca.crt",
            inline ? $"client-certificate-data: {Base64(pem)}, client-key-data: {Base64(key)}" : "client-certificate: jane.crt, client-key: jane.key");

        (await GetAsync(client))["subject"]!.ToString().ShouldBe("CN=jane");
    }

    [Fact]
    public async Task Get_WaitsAsLongAsTheServerAsks_WhenItIsBusy()
    {
        var time = new FakeTime();
        var busy = true;
        await using var server = await StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = "17";
            return busy ? RefuseAsync(context, 429, "TooManyRequests", "busy") : JsonAsync(context, ConfigMap);
        });
        using var client = server.Client(options => options with { Time = time });

        var get = GetAsync(client);
        await time.TimerAsync(TimeSpan.FromSeconds(17), Token);
        server.Requests.ShouldBe(1);
        busy = false;
        time.Advance(TimeSpan.FromSeconds(17));

        (await get)["kind"]!.ToString().ShouldBe("ConfigMap");
        server.Requests.ShouldBe(2);
    }

    [Fact]
    public async Task Get_GivesUpAtOnce_WhenTheServerAsksForMoreThanTheDeadlineLeaves()
    {
        await using var server = await StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = "61";
            return RefuseAsync(context, 503, "ServiceUnavailable", "later");
        });
        using var client = server.Client();

        var refusal = await Should.ThrowAsync<KubernetesException>(() => GetAsync(client));

        refusal.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        refusal.Message.ShouldBe("later");
        server.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task Get_KeepsTheLastRefusal_WhenTheDeadlinePasses()
    {
        var time = new FakeTime();
        var first = true;
        await using var server = await StartAsync(context =>
        {
            context.Response.Headers.RetryAfter = "40";
            return first ? RefuseAsync(context, 500, "InternalError", "again") : Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
        });
        using var client = server.Client(options => options with { Time = time });

        var get = GetAsync(client);
        await time.TimerAsync(TimeSpan.FromSeconds(40), Token);
        first = false;
        time.Advance(TimeSpan.FromSeconds(40));
        await time.TimerAsync(TimeSpan.FromSeconds(20), Token);
        time.Advance(TimeSpan.FromSeconds(20));

        (await Should.ThrowAsync<KubernetesException>(() => get)).Message.ShouldBe("again");
    }

    [Fact]
    public async Task Get_NamesTheServer_WhenNothingListens()
    {
        KubernetesClient client;
        await using (var server = await StartAsync(context => JsonAsync(context, ConfigMap)))
        {
            client = server.Client(options => options with { Deadline = TimeSpan.FromSeconds(3) });
        }

        var failure = await Should.ThrowAsync<Exception>(() => GetAsync(client));
        client.Dispose();

        failure.Message.ShouldMatch("^the API server https://127.0.0.1:[0-9]+ cannot be reached: Connection refused");
    }

    [Theory]
    [InlineData("generateName", 429, 2)]
    [InlineData("generateName", 503, 1)]
    [InlineData("generateName", 500, 1)]
    [InlineData("name", 503, 2)]
    [InlineData("name", 429, 2)]
    [InlineData("name", 403, 1)]
    [InlineData("name", 422, 1)]
    public async Task Create_IsTriedAgain_OnlyWhereItCannotHappenTwice(string field, int code, int requests)
    {
        await using var server = await FirstRefusingAsync(code);
        using var client = server.Client();
        var body = new System.Text.Json.Nodes.JsonObject { ["metadata"] = new System.Text.Json.Nodes.JsonObject { [field] = "a" } };

        var create = client.CreateAsync(ResourceTypes.ConfigMaps, "team-a", body, null, Token);

        if (requests == 1)
        {
            (await Should.ThrowAsync<KubernetesException>(() => create)).StatusCode.ShouldBe((HttpStatusCode)code);
        }
        else
        {
            await create;
        }

        server.Requests.ShouldBe(requests);
    }

    [Fact]
    public async Task Create_IsNotTriedAgain_WhenTheConnectionBreaksAndItHasNoName()
    {
        await using var server = await StartAsync(context =>
        {
            context.Abort();
            return Task.CompletedTask;
        });
        using var client = server.Client();
        var body = new System.Text.Json.Nodes.JsonObject { ["metadata"] = new System.Text.Json.Nodes.JsonObject { ["generateName"] = "a-" } };

        var failure = await Should.ThrowAsync<KubernetesException>(() => client.CreateAsync(ResourceTypes.ConfigMaps, "team-a", body, null, Token));

        failure.StatusCode.ShouldBe((HttpStatusCode)0);
        server.Requests.ShouldBe(1);
    }

    [Fact]
    public async Task Get_ExcerptsTheAnswer_WhenAProxyRefusesInTheServersPlace()
    {
        await using var server = await StartAsync(context =>
        {
            context.Response.StatusCode = 403;
            return context.Response.WriteAsync("<html>blocked</html>", context.RequestAborted);
        });
        using var client = server.Client();

        var refusal = await Should.ThrowAsync<KubernetesException>(() => GetAsync(client));

        refusal.Message.ShouldMatch("^GET https://127.0.0.1:[0-9]+/api/v1/namespaces/team-a/configmaps/a: HTTP 403: <html>blocked</html>$");
        refusal.Status.ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    public async Task Delete_IsRefusedHere_WhenTheNameWouldLeadElsewhere(string name)
    {
        await using var server = await StartAsync(context => JsonAsync(context, "{}"));
        using var client = server.Client();

        await Should.ThrowAsync<ArgumentException>(() => client.DeleteAsync(ResourceTypes.ConfigMaps, null, name, null, Token));

        server.Requests.ShouldBe(0);
    }

    [Fact]
    public async Task List_BeginsAgainAndYieldsNothingTwice_WhenThePageIsGone()
    {
        await using var server = await StartAsync(context => context.Request.Query["continue"].ToString() switch
        {
            "" => JsonAsync(context, """{"metadata":{"continue":"next"},"items":[{"metadata":{"name":"a"}},{"metadata":{"name":"b"}}]}"""),
            "next" when context.Request.Query["limit"] == "2" && Interlocked.CompareExchange(ref gone, 1, 0) == 0 =>
                RefuseAsync(context, 410, "Expired", "too old"),
            _ => JsonAsync(context, """{"metadata":{},"items":[{"metadata":{"name":"c"}}]}"""),
        });
        using var client = server.Client();
        List<string> names = [];

        await foreach (var item in client.ListAsync(ResourceTypes.ConfigMaps, null, new() { PageSize = 2 }, Token))
        {
            names.Add(item["metadata"]!["name"]!.ToString());
        }

        names.ShouldBe(["a", "b", "c"]);
        server.Requests.ShouldBe(4);
    }

    private int gone;

    private static Task<System.Text.Json.Nodes.JsonObject> GetAsync(KubernetesClient client) => client.GetAsync(ResourceTypes.ConfigMaps, "team-a", "a", Token);

    private static async Task ShouldBeTrustedAsync(KubernetesClient client, bool trusted)
    {
        if (trusted)
        {
            (await GetAsync(client))["kind"]!.ToString().ShouldBe("ConfigMap");
            return;
        }

        var failure = await Should.ThrowAsync<KubernetesException>(() => GetAsync(client));
        failure.StatusCode.ShouldBe((HttpStatusCode)0);
        failure.Message.ShouldContain("cannot be reached: The remote certificate is invalid");
    }

    private static Task<ApiServer> FirstRefusingAsync(int code)
    {
        var first = 1;
        return StartAsync(context => Interlocked.Exchange(ref first, 0) == 1
            ? RefuseAsync(context, code, "Reason", "first")
            : JsonAsync(context, ConfigMap));
    }
}
