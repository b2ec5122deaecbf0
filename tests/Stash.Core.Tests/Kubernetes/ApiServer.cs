using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Stash.Core.Kubernetes;

namespace Stash.Core.Tests.Kubernetes;

/// <summary>A real HTTPS server on a free port that answers as a test says, with a CA of its own and a service account's folder for it.</summary>
internal sealed class ApiServer : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly ECDsa authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly DateTimeOffset End = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly X509Certificate2 authority;
    private int requests;

    private ApiServer(RequestDelegate answer, string serverName)
    {
        var request = new CertificateRequest("CN=test-ca", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        authority = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, End);
        var certificate = Issue(serverName, out _);

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
            https.ClientCertificateValidation = (_, _, errors) => errors != SslPolicyErrors.RemoteCertificateNotAvailable;
        })));
        app = builder.Build();
        app.UseWebSockets();
        app.Run(context =>
        {
            Interlocked.Increment(ref requests);
            return answer(context);
        });
    }

    public int Requests => Volatile.Read(ref requests);

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    public string Folder { get; } = Directory.CreateTempSubdirectory("stash-api-").FullName;

    public string AuthorityPem => authority.ExportCertificatePem();

    public static async Task<ApiServer> StartAsync(RequestDelegate answer, string serverName = "127.0.0.1")
    {
        var server = new ApiServer(answer, serverName);
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "token"), "token-1");
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "ca.crt"), server.AuthorityPem);
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "namespace"), "team-a");
        await server.app.StartAsync();
        return server;
    }

    /// <summary>A client that believes it runs in a pod.</summary>
    public KubernetesClient Client(Func<KubernetesConnectionOptions, KubernetesConnectionOptions>? change = null)
    {
        var options = new KubernetesConnectionOptions
        {
            ServiceAccountFolder = Folder,
            Environment = name => name switch
            {
                "KUBERNETES_SERVICE_HOST" => "127.0.0.1",
                "KUBERNETES_SERVICE_PORT" => Address.Port.ToString(System.Globalization.CultureInfo.InvariantCulture),
                _ => null,
            },
        };
        return KubernetesClient.Connect(change is null ? options : change(options));
    }

    /// <summary>A client by a kubeconfig made of this server's address and what the test adds.</summary>
    public KubernetesClient ByKubeconfig(string cluster, string user)
    {
        var path = Path.Combine(Folder, "kubeconfig");
        File.WriteAllText(path, $$$"""
            clusters: [{name: c, cluster: {server: "{{{Address}}}", {{{cluster}}} }}]
            users: [{name: u, user: { {{{user}}} }}]
            contexts: [{name: x, context: {cluster: c, user: u}}]
            current-context: x
            """);
        return KubernetesClient.Connect(new() { Kubeconfig = path, Deadline = TimeSpan.FromSeconds(30) });
    }

    /// <summary>A certificate of this server's CA, with its key in PEM.</summary>
    public X509Certificate2 Issue(string name, out string keyPem)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        keyPem = key.ExportPkcs8PrivateKeyPem();
        return request.Create(authority, DateTimeOffset.UnixEpoch, End, RandomNumberGenerator.GetBytes(8)).CopyWithPrivateKey(key);
    }

    /// <summary>Answers with JSON.</summary>
    public static Task JsonAsync(HttpContext context, string json, int status = 200)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json, context.RequestAborted);
    }

    /// <summary>Answers with a Status.</summary>
    public static Task RefuseAsync(HttpContext context, int code, string reason, string message) =>
        JsonAsync(context, $$"""{"kind":"Status","status":"Failure","code":{{code}},"reason":"{{reason}}","message":"{{message}}"}""", code);

    public static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
        authority.Dispose();
        authorityKey.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
