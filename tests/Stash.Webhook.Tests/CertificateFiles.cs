using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stash.Webhook.Tests;

/// <summary>A certificate in a folder laid out as the kubelet lays out a Secret: the files are links through ..data, which is swapped at once.</summary>
internal sealed class CertificateFiles : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("stash-tls-").FullName;
    private int generation;

    public CertificateFiles()
    {
        Thumbprint = Swap(Make());
        File.CreateSymbolicLink(CertificatePath, "..data/tls.crt");
        File.CreateSymbolicLink(KeyPath, "..data/tls.key");
    }

    public string CertificatePath => Path.Combine(folder, "tls.crt");

    public string KeyPath => Path.Combine(folder, "tls.key");

    /// <summary>Of the newest good pair.</summary>
    public string Thumbprint { get; private set; }

    public string SwapGood() => Thumbprint = Swap(Make());

    public void SwapBad()
    {
        var (certificate, _, _) = Make();
        var (_, key, _) = Make();
        Swap((certificate, key, ""));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static (string Certificate, string Key, string Thumbprint) Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=stash-webhook", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddHours(1));
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem(), certificate.Thumbprint);
    }

    private string Swap((string Certificate, string Key, string Thumbprint) pair)
    {
        var version = $"..{++generation}";
        Directory.CreateDirectory(Path.Combine(folder, version));
        File.WriteAllText(Path.Combine(folder, version, "tls.crt"), pair.Certificate);
        File.WriteAllText(Path.Combine(folder, version, "tls.key"), pair.Key);
        var link = Path.Combine(folder, "..data_tmp");
        File.CreateSymbolicLink(link, version);
        // rename(2) over a link to a folder, which File.Move and Directory.Move both refuse.
        using var rename = Process.Start("mv", ["-T", link, Path.Combine(folder, "..data")]);
        rename.WaitForExit(TimeSpan.FromSeconds(30)).ShouldBeTrue();
        rename.ExitCode.ShouldBe(0);
        return pair.Thumbprint;
    }
}
