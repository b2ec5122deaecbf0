using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Stash.Webhook.Options;

namespace Stash.Webhook.Tests;

/// <summary>The whole webhook on real sockets with real TLS, before a Kubernetes API in memory.</summary>
internal sealed class WebhookUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly WebApplication app;

    private WebhookUnderTest(WebApplication app, FakeKubernetes kubernetes, CertificateFiles certificate)
    {
        (this.app, Kubernetes, Certificate) = (app, kubernetes, certificate);
        Port = new Uri(app.Urls.Single(url => url.StartsWith("https", StringComparison.Ordinal))).Port;
        MetricsPort = new Uri(app.Urls.Single(url => url.StartsWith("http:", StringComparison.Ordinal))).Port;
        Http = Client();
    }

    public FakeKubernetes Kubernetes { get; }

    public CertificateFiles Certificate { get; }

    public HttpClient Http { get; }

    public int Port { get; }

    public int MetricsPort { get; }

    public static async Task<WebhookUnderTest> StartAsync(
        FakeKubernetes? kubernetes = null, Func<WebhookOptions, WebhookOptions>? with = null, TimeProvider? time = null)
    {
        var certificate = new CertificateFiles();
        var options = new WebhookOptions
        {
            Port = 0,
            MetricsPort = 0,
            CertificatePath = certificate.CertificatePath,
            KeyPath = certificate.KeyPath,
            CertificatePeriod = TimeSpan.FromMilliseconds(50),
            Image = "registry.example/stash-runner:1",
            DrainPeriod = TimeSpan.Zero,
            LookupDeadline = TimeSpan.FromMinutes(2),
        };
        kubernetes ??= Samples.Cluster();
        var app = WebhookApp.Build(with is null ? options : with(options), kubernetes, time);
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new WebhookUnderTest(app, kubernetes, certificate);
    }

    /// <summary>A client that takes any certificate, and tells which.</summary>
    public HttpClient Client(Action<string>? seen = null, bool keepAlive = true) => new(new SocketsHttpHandler
    {
        Expect100ContinueTimeout = Patience,
        PooledConnectionLifetime = keepAlive ? Timeout.InfiniteTimeSpan : TimeSpan.Zero,
        SslOptions =
        {
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                seen?.Invoke(certificate!.GetCertHashString());
                return true;
            },
        },
    })
    {
        BaseAddress = new Uri($"https://127.0.0.1:{Port}"),
        Timeout = Patience,
    };

    public Task<HttpResponseMessage> PostAsync(string path, byte[] body, string contentType = "application/json")
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return Http.PostAsync(path, content, TestContext.Current.CancellationToken);
    }

    /// <summary>Sends a review; gives the response half of the answer.</summary>
    public async Task<JsonObject> ReviewAsync(string path, JsonObject review)
    {
        using var answer = await PostAsync(path, Encoding.UTF8.GetBytes(review.ToJsonString()));
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        var json = JsonNode.Parse(text)!;
        ((string)json["apiVersion"]!).ShouldBe("admission.k8s.io/v1");
        ((string)json["kind"]!).ShouldBe("AdmissionReview");
        ((string)json["response"]!["uid"]!).ShouldBe((string)review["request"]!["uid"]!);
        return json["response"]!.AsObject();
    }

    /// <summary>What <c>/metrics</c> says.</summary>
    public async Task<string> ScrapeAsync()
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{MetricsPort}/metrics"), TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    public static async Task UntilAsync(string what, Func<Task<bool>> holds)
    {
        using var deadline = new CancellationTokenSource(Patience, TimeProvider.System);
        while (!await holds())
        {
            deadline.IsCancellationRequested.ShouldBeFalse($"waited in vain: {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.StopAsync(CancellationToken.None);
        await app.DisposeAsync();
        Certificate.Dispose();
    }
}
