using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;

namespace Stash.EndToEnd.Tests;

/// <summary>The real webhook as a process beside the cluster, with a certificate of its own.</summary>
internal sealed class Webhook : IDisposable
{
    private readonly Process _process;
    private readonly X509Certificate2 _certificate;

    private Webhook(Process process, int port, byte[] certificatePem)
    {
        _process = process;
        _certificate = X509Certificate2.CreateFromPem(System.Text.Encoding.ASCII.GetString(certificatePem));
        Port = port;
        CertificatePem = certificatePem;
    }

    public int Port { get; }

    public byte[] CertificatePem { get; }

    /// <summary>Starts it; it may not listen yet.</summary>
    public static Webhook Start(string folder, string kubeconfig, string image) => StartIn(folder, tls => new ProcessStartInfo(
        Programs.Webhook,
        ["--tls-cert", Path.Combine(tls, "tls.crt"), "--tls-key", Path.Combine(tls, "tls.key"), "--kubeconfig", kubeconfig, "--image", image])
    {
        RedirectStandardOutput = true, RedirectStandardError = true,
    });

    /// <summary>Starts it in a way of one's own; it may not listen yet.</summary>
    /// <param name="folder">For its certificate and its log.</param>
    /// <param name="how">The process, from the folder with <c>tls.crt</c> and <c>tls.key</c>; ports and the like are added.</param>
    public static Webhook StartIn(string folder, Func<string, ProcessStartInfo> how)
    {
        Directory.CreateDirectory(folder);
        var certificate = Path.Combine(folder, "tls.crt");
        WriteCertificate(certificate, Path.Combine(folder, "tls.key"));
        var (port, metricsPort) = (FreePort(), FreePort());
        var start = how(folder);
        foreach (var argument in new[] { "--port", $"{port}", "--metrics-port", $"{metricsPort}", "--drain-seconds", "0" })
        {
            start.ArgumentList.Add(argument);
        }

        var process = Process.Start(start) ?? throw new InvalidOperationException("the webhook did not start");
        var log = TextWriter.Synchronized(new StreamWriter(Path.Combine(folder, "webhook.log")) { AutoFlush = true });
        process.OutputDataReceived += (_, line) => log.WriteLine(line.Data);
        process.ErrorDataReceived += (_, line) => log.WriteLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new Webhook(process, port, File.ReadAllBytes(certificate));
    }

    /// <summary>Whether it says that it is ready: it serves, and the API answers it.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellationToken)
    {
        ThrowIfEnded();
        using var handler = new HttpClientHandler();
        handler.ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
            certificate is not null && CryptographicOperations.FixedTimeEquals(certificate.RawData, _certificate.RawData);
        using var http = new HttpClient(handler);
        try
        {
            using var answer = await http.GetAsync(new Uri($"https://127.0.0.1:{Port}/readyz"), cancellationToken);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>Says so when the process is gone: nothing would be injected any more.</summary>
    public void ThrowIfEnded()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"the webhook ended with exit code {_process.ExitCode}; see webhook.log");
        }
    }

    /// <summary>Its registration for pods, by URL in place of a Service.</summary>
    public JsonObject Registration() => new()
    {
        ["apiVersion"] = "admissionregistration.k8s.io/v1",
        ["kind"] = "MutatingWebhookConfiguration",
        ["metadata"] = new JsonObject { ["name"] = "stash" },
        ["webhooks"] = new JsonArray(new JsonObject
        {
            ["name"] = "pods.stash.appscode.com",
            ["clientConfig"] = new JsonObject
            {
                ["url"] = $"https://127.0.0.1:{Port}/mutate/pods",
                ["caBundle"] = Convert.ToBase64String(CertificatePem),
            },
            ["rules"] = new JsonArray(new JsonObject
            {
                ["apiGroups"] = new JsonArray(""),
                ["apiVersions"] = new JsonArray("v1"),
                ["resources"] = new JsonArray("pods"),
                ["operations"] = new JsonArray("CREATE"),
            }),
            ["objectSelector"] = JsonNode.Parse("""{"matchExpressions":[{"key":"stash.appscode.com/config","operator":"Exists"}]}"""),
            ["failurePolicy"] = "Fail",
            ["sideEffects"] = "None",
            ["admissionReviewVersions"] = new JsonArray("v1"),
        }),
    };

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit(TimeSpan.FromSeconds(5));
        _process.Dispose();
        _certificate.Dispose();
    }

    private static void WriteCertificate(string certificatePath, string keyPath)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=stash-webhook", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddMinutes(-5), now.AddDays(1));
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
