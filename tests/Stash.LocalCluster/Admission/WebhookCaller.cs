using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Storage;

namespace Stash.LocalCluster.Admission;

/// <summary>
/// Calls webhooks over HTTPS/1.1 with keep-alive. A <c>service</c> is found through its Endpoints object, whose addresses are on this
/// machine; the certificate must be for <c>NAME.NS.svc</c> all the same.
/// </summary>
internal sealed class WebhookCaller(ObjectTable table) : IAsyncDisposable
{
    private const int AnswerLimit = 8 * 1024 * 1024;
    private readonly ConcurrentDictionary<string, HttpClient> _clients = new(StringComparer.Ordinal);

    /// <summary>Failures that failurePolicy Ignore passed over, in order.</summary>
    public ConcurrentQueue<string> Ignored { get; } = [];

    /// <summary>Asks an admission webhook.</summary>
    /// <exception cref="WebhookException">It could not be asked, or answered nonsense.</exception>
    public async Task<WebhookAnswer> CallAsync(Webhook webhook, JsonObject review, CancellationToken cancellationToken)
    {
        var answer = await PostAsync(webhook.Body.Object("clientConfig"), review, webhook.Timeout, cancellationToken);
        return AdmissionReview.Read(answer, review.Text("request", "uid"));
    }

    /// <summary>Asks a conversion webhook.</summary>
    /// <exception cref="WebhookException">It could not be asked, or answered nonsense.</exception>
    public async Task<IReadOnlyList<JsonObject>> ConvertAsync(
        JsonObject crd, IReadOnlyList<JsonObject> objects, string apiVersion, CancellationToken cancellationToken)
    {
        var review = new JsonObject
        {
            ["kind"] = "ConversionReview",
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["request"] = new JsonObject
            {
                ["uid"] = Guid.NewGuid().ToString(),
                ["desiredAPIVersion"] = apiVersion,
                ["objects"] = new JsonArray([.. objects.Select(o => (JsonNode?)o.DeepClone())]),
            },
        };
        var answer = await PostAsync(crd.Object("spec", "conversion", "webhook", "clientConfig"), review, TimeSpan.FromSeconds(30), cancellationToken);
        var result = answer.Object("response", "result");
        if (result.Text("status") != "Success")
        {
            throw new WebhookException($"conversion webhook failed: {result.Text("message")}");
        }

        var converted = answer.Array("response", "convertedObjects").Objects().Select(o => o.Copy()).ToArray();
        return converted.Length == objects.Count
            ? converted
            : throw new WebhookException($"conversion webhook returned {converted.Length} objects for {objects.Count}");
    }

    /// <summary>Keeps a failure that was passed over.</summary>
    public void Report(Webhook webhook, WebhookException exception) => Ignored.Enqueue($"failed calling webhook \"{webhook.Name}\": {exception.Message}");

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        foreach (var client in _clients.Values)
        {
            client.Dispose();
        }

        return ValueTask.CompletedTask;
    }

    private async Task<JsonObject> PostAsync(JsonObject? config, JsonObject body, TimeSpan timeout, CancellationToken cancellationToken)
    {
        var (address, host) = Locate(config);
        var client = _clients.GetOrAdd($"{address.Authority} {host} {config.Text("caBundle")}", _ => Connect(address, host, config.Text("caBundle")));
        var url = new UriBuilder(address) { Host = host, Query = $"timeout={(int)timeout.TotalSeconds}s" }.Uri;
        using var deadline = new CancellationTokenSource(timeout, TimeProvider.System);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var content = new StringContent(body.ToJsonString(), Encoding.UTF8);
            content.Headers.ContentType = new("application/json");
            using var response = await client.PostAsync(url, content, both.Token);
            var text = await response.Content.ReadAsByteArrayAsync(both.Token);
            return response.IsSuccessStatusCode
                ? JsonAccess.Parse(text)
                : throw new WebhookException($"an error on the server (\"{Encoding.UTF8.GetString(text).Trim()}\") has prevented the request from succeeding: {(int)response.StatusCode}");
        }
        catch (OperationCanceledException exception) when (deadline.IsCancellationRequested)
        {
            throw new WebhookException($"failed to call webhook: Post \"{url}\": context deadline exceeded", exception);
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or IOException)
        {
            throw new WebhookException($"failed to call webhook: Post \"{url}\": {exception.Message} {exception.InnerException?.Message}".TrimEnd(), exception);
        }
    }

    private (Uri Address, string Host) Locate(JsonObject? config)
    {
        if (config.Text("url") is { Length: > 0 } url)
        {
            var given = new Uri(url);
            return (given, given.Host);
        }

        var (ns, name) = (config.Text("service", "namespace"), config.Text("service", "name"));
        var wanted = config.Number("service", "port") ?? 443;
        var port = Read("services")?.Array("spec", "ports").Objects().FirstOrDefault(p => p.Number("port") == wanted)
            ?? throw new WebhookException($"service \"{name}\" not found, or it has no port {wanted}");
        var subset = Read("endpoints")?.Array("subsets").Objects().FirstOrDefault(s => s.Array("addresses") is { Count: > 0 })
            ?? throw new WebhookException($"no endpoints available for service \"{name}\"");
        var target = subset.Array("ports").Objects().FirstOrDefault(p => p.Text("name") == port.Text("name")).Number("port")
            ?? throw new WebhookException($"the endpoints of service \"{name}\" have no port \"{port.Text("name")}\"");
        var address = subset.Array("addresses").Objects().First().Text("ip");
        var path = config.Text("service", "path").TrimStart('/');
        return (new Uri($"https://{address}:{target}/{path}"), $"{name}.{ns}.svc");

        JsonObject? Read(string plural) => table.Get(new CollectionKey("", plural), ns, name)?.Read();
    }

    private static HttpClient Connect(Uri address, string host, string bundle)
    {
        var handler = new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            UseProxy = false,
            ConnectCallback = async (_, token) =>
            {
                var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(address.Host, address.Port, token);
                    return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(certificate, errors, bundle);
        return new HttpClient(handler)
        {
            DefaultRequestVersion = HttpVersion.Version11,
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = AnswerLimit,
            DefaultRequestHeaders = { { "User-Agent", "kube-apiserver-admission" }, { "Accept", "application/json" } },
        };
    }

    private static bool IsTrusted(X509Certificate? certificate, SslPolicyErrors errors, string bundle)
    {
        if (certificate is null || (errors & ~SslPolicyErrors.RemoteCertificateChainErrors) != SslPolicyErrors.None || bundle.Length == 0)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(Encoding.UTF8.GetString(Convert.FromBase64String(bundle)));
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        using var leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        return chain.Build(leaf);
    }
}
