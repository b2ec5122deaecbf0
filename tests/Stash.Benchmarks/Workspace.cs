using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stash.Benchmarks;

/// <summary>Where one run keeps its files, and where the published programs are.</summary>
internal sealed class Workspace : IDisposable
{
    public Workspace()
    {
        Folder = Directory.CreateTempSubdirectory("stash-bench-").FullName;
        (CertificatePath, KeyPath) = WriteCertificate();
    }

    public string Folder { get; }

    public string CertificatePath { get; }

    public string KeyPath { get; }

    public static string WebhookProgram => Published("stash-webhook");

    public static string RunnerProgram => Published("stash-runner");

    public static void Report(string what, string measured, string aim) => Console.WriteLine($"{what,-58} {measured,12} {aim,10}");

    public static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string Published(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Stash.Webhook.sln")))
            {
                var program = Path.Combine(folder.FullName, "out", name);
                return File.Exists(program) ? program : throw new FileNotFoundException($"{program} is not there: run make build");
            }
        }

        throw new DirectoryNotFoundException("the benchmarks run from inside the repository");
    }

    private (string Certificate, string Key) WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddMinutes(-5), now.AddDays(1));
        var (certificatePath, keyPath) = (Path.Combine(Folder, "tls.crt"), Path.Combine(Folder, "tls.key"));
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        return (certificatePath, keyPath);
    }
}
