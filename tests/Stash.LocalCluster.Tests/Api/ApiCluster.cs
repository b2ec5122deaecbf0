using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Tests.Api;

/// <summary>A cluster without pods, and a plain HTTP client that speaks to it as a service account.</summary>
public sealed class ApiCluster : IAsyncLifetime
{
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromMinutes(2);
    private readonly string _folder = Directory.CreateTempSubdirectory("stash-api-").FullName;

    public LocalCluster Cluster { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Cluster = await LocalCluster.StartAsync(new LocalClusterOptions { Directory = _folder, RunPods = false });
        Http = Connect(Cluster.IssueToken("default", "default"));
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A client with a token, or with none; it trusts what kube-root-ca.crt says and nothing else.</summary>
    public HttpClient Connect(string? token)
    {
        var authority = Cluster.Objects.Get(ResourceTypes.ConfigMaps, "default", "kube-root-ca.crt").Text("data", "ca.crt");
        var handler = new SocketsHttpHandler { UseProxy = false };
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck,
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.ImportFromPem(authority);
        var http = new HttpClient(handler) { BaseAddress = Cluster.Server, Timeout = RequestTimeout };
        if (token is not null)
        {
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return http;
    }

    /// <summary>Sends a request and reads the JSON answer.</summary>
    public async Task<ApiAnswer> SendAsync(string method, string path, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        }

        using var response = await Http.SendAsync(request, TestContext.Current.CancellationToken);
        var bytes = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        var warnings = response.Headers.TryGetValues("Warning", out var values) ? values.ToArray() : [];
        return new ApiAnswer((int)response.StatusCode, JsonNode.Parse(bytes)!.AsObject(), warnings);
    }

    /// <summary>Makes a namespace of its own for a test.</summary>
    public async Task<string> NamespaceAsync(string labels = "{}")
    {
        var answer = await SendAsync("POST", "/api/v1/namespaces", $$$"""{"metadata":{"generateName":"test-","labels":{{{labels}}}}}""");
        answer.Code.ShouldBe(201);
        return answer.Body.Name();
    }
}

/// <summary>What the API answered.</summary>
public sealed record ApiAnswer(int Code, JsonObject Body, IReadOnlyList<string> Warnings)
{
    public string Reason => Body.Text("reason");

    public string Message => Body.Text("message");

    public string Version => Body.Text("metadata", "resourceVersion");
}
