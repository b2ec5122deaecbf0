using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Stash.Core.Kubernetes;
using Stash.Core.Yaml;
using Stash.LocalCluster;
using Stash.Runner.Certificates;
using Stash.Runner.Tests.Manifests;

namespace Stash.Runner.Tests.Certificates;

/// <summary>
/// The registrations on a cluster, API servers that see them late, and webhooks to which the kubelet brings the Secret late. After every
/// write each of those servers must be trusted by each of those clients, over real TLS.
/// </summary>
internal sealed class TrustScene : IAsyncDisposable
{
    public const string Namespace = "stash-system";
    public const string Host = "stash-webhook.stash-system.svc";
    private static readonly WriteOptions User = new() { FieldManager = "kubectl", Force = true };
    private static readonly TimeSpan[] ApiServerLags = [TimeSpan.Zero, TimeSpan.FromSeconds(10)];
    private static readonly TimeSpan[] KubeletLags = [TimeSpan.Zero, TimeSpan.FromSeconds(45), TimeSpan.FromMinutes(2)];
    private readonly string _folder = Directory.CreateTempSubdirectory("stash-trust-").FullName;
    private readonly List<(DateTimeOffset Since, ServingPair Value)> _pairs = [];
    private readonly List<(DateTimeOffset Since, IReadOnlyList<string> Value)> _bundles = [];
    private readonly HashSet<(string Certificate, string Bundle)> _proven = [];
    private LocalCluster.LocalCluster _cluster = null!;

    public SkippingTime Time { get; } = new();

    public KubernetesClient Client { get; private set; } = null!;

    public string Kubeconfig => _cluster.KubeconfigPath;

    /// <summary>What a client refused.</summary>
    public List<string> Refusals { get; } = [];

    /// <summary>How many handshakes were made; the same server is not tried by the same client twice.</summary>
    public int Handshakes { get; private set; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<TrustScene> StartAsync()
    {
        var scene = new TrustScene();
        scene._cluster = await Stash.LocalCluster.LocalCluster.StartAsync(new LocalClusterOptions { Directory = scene._folder, RunPods = false }, Token);
        scene.Client = KubernetesClient.Connect(new KubernetesConnectionOptions { Kubeconfig = scene._cluster.KubeconfigPath });
        await scene.Client.CreateAsync(ResourceTypes.Namespaces, null, Named("v1", "Namespace", Namespace), User, Token);
        return scene;
    }

    /// <summary>Applies the registrations as an installation does: without caBundle.</summary>
    public async Task RegisterAsync()
    {
        foreach (var file in new[] { "webhook/mutatingwebhookconfiguration", "webhook/validatingwebhookconfiguration", "crds/backupconfigurations" })
        {
            var body = YamlJson.Read(await File.ReadAllTextAsync(Path.Combine(RepositoryFolder.Root, "manifests", $"{file}.yaml"), Token)).Single();
            if ((string?)body["kind"] == "CustomResourceDefinition")
            {
                body["spec"]!["conversion"] = JsonNode.Parse("""
                    {"strategy": "Webhook", "webhook": {"conversionReviewVersions": ["v1"],
                      "clientConfig": {"service": {"name": "stash-webhook", "namespace": "stash-system", "path": "/convert"}}}}
                    """);
                // Its schemas are long and have no part in this.
                foreach (var version in body["spec"]!["versions"]!.AsArray())
                {
                    version!["schema"] = JsonNode.Parse("{\"openAPIV3Schema\": {\"type\": \"object\", \"x-kubernetes-preserve-unknown-fields\": true}}");
                }
            }

            var type = Registration.All.Single(one => one.Type.Kind == (string?)body["kind"]).Type;
            await Client.ApplyAsync(type, null, (string)body["metadata"]!["name"]!, body, User, Token);
        }
    }

    /// <summary>Runs the program, which is killed after a number of writes; 0: it is not.</summary>
    /// <returns>Its exit code; null when it was killed.</returns>
    public async Task<int?> KeepAsync(CertificateSettings settings, int killedAfter = 0)
    {
        await LookAsync();
        var client = WatchedClient.Around(Client, killedAfter, LookAsync);
        try
        {
            return await new CertificateKeeping(client, settings, Time, NullLogger.Instance).RunAsync(Token);
        }
        catch (KilledException)
        {
            return null;
        }
    }

    /// <summary>Lets time pass, and looks.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        Time.Advance(time);
        await LookAsync();
    }

    public Task<JsonObject?> SecretAsync(string name = "stash-webhook-tls") => Client.FindAsync(ResourceTypes.Secrets, Namespace, name, Token);

    public async Task<IReadOnlyList<string>> BundlesAsync()
    {
        var bundles = new List<string>();
        foreach (var (type, name) in Registration.All)
        {
            var live = await Client.FindAsync(type, null, name, Token);
            var clients = type.Plural == "customresourcedefinitions"
                ? [live?["spec"]?["conversion"]?["webhook"]?["clientConfig"]]
                : (live?["webhooks"] as JsonArray ?? []).Select(one => one!["clientConfig"]);
            bundles.AddRange(clients.Select(one => Encoding.UTF8.GetString(Convert.FromBase64String((string?)one?["caBundle"] ?? ""))));
        }

        return bundles;
    }

    /// <summary>Issues into a Secret, as cert-manager does.</summary>
    public async Task IssueAsync(string secret, IReadOnlyList<string>? names = null)
    {
        var pair = PairIssuer.Issue(names ?? [Host], TimeSpan.FromDays(90), Time.GetUtcNow());
        var body = Named("v1", "Secret", secret);
        body["type"] = "kubernetes.io/tls";
        body["stringData"] = new JsonObject { ["tls.crt"] = pair.Certificate, ["tls.key"] = pair.Key, ["ca.crt"] = pair.Authority.ToPem() };
        await Client.ApplyAsync(ResourceTypes.Secrets, Namespace, secret, body, User, Token);
    }

    /// <summary>Puts a key beside the certificate that does not fit it.</summary>
    public Task SpoilAsync() => Client.MergePatchAsync(
        ResourceTypes.Secrets, Namespace, "stash-webhook-tls",
        new JsonObject
        {
            ["stringData"] = new JsonObject { ["tls.key"] = PairIssuer.Issue([Host], TimeSpan.FromDays(1), Time.GetUtcNow()).Key },
        },
        null, Token);

    /// <summary>A new cluster: nobody has seen anything.</summary>
    public void Forget()
    {
        _pairs.Clear();
        _bundles.Clear();
    }

    public static string Data(JsonObject? secret, string key) => Encoding.UTF8.GetString(Convert.FromBase64String((string?)secret?["data"]?[key] ?? ""));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Every API server, however late, asks every webhook, however late.</summary>
    private async Task LookAsync()
    {
        var now = Time.GetUtcNow();
        _bundles.Add((now, await BundlesAsync()));
        // A webhook keeps what it serves when what comes cannot be served, or when the Secret goes.
        if (await SecretAsync() is { } secret && KeptSecret.Read(secret, [Host]).Current is { } current)
        {
            _pairs.Add((now, current));
        }

        foreach (var pair in KubeletLags.Select(lag => As(_pairs, now - lag)).OfType<ServingPair>().DistinctBy(pair => pair.Certificate))
        {
            foreach (var bundle in ApiServerLags.SelectMany(lag => As(_bundles, now - lag) ?? []).Distinct().Where(bundle => bundle.Length > 0))
            {
                if (pair.NotAfter > now && !_proven.Add((pair.Certificate, bundle)))
                {
                    continue;
                }

                Handshakes++;
                if (await Handshake.RefusalAsync(pair.Certificate, pair.Key, bundle, Host, now, Token) is { } refusal)
                {
                    Refusals.Add($"{now:O}: {refusal}");
                }
            }
        }
    }

    private static T? As<T>(List<(DateTimeOffset Since, T Value)> history, DateTimeOffset when)
        where T : class => history.FindLast(one => one.Since <= when).Value ?? history.FirstOrDefault().Value;

    private static JsonObject Named(string apiVersion, string kind, string name) => new()
    {
        ["apiVersion"] = apiVersion,
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = kind == "Namespace" ? null : Namespace },
    };
}
