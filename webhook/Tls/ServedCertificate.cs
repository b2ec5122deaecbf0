using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Stash.Webhook.Options;

namespace Stash.Webhook.Tls;

/// <summary>
/// The certificate that the next handshake gets, read from two PEM files. Connections that are open keep theirs, so a swap fails no
/// request.
/// </summary>
internal sealed class ServedCertificate
{
    private readonly WebhookOptions options;
    private readonly ILogger<ServedCertificate> log;
    private (byte[] Certificate, byte[] Key) lastRead;
    private volatile SslStreamCertificateContext context;

    /// <summary>Loads the first pair.</summary>
    /// <exception cref="WebhookStartException">It cannot be used.</exception>
    public ServedCertificate(WebhookOptions options, ILogger<ServedCertificate> log)
    {
        (this.options, this.log) = (options, log);
        try
        {
            lastRead = ReadFiles();
            context = Load(lastRead);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new WebhookStartException($"cannot use {options.CertificatePath} with {options.KeyPath}: {fault.Message}", fault);
        }
    }

    /// <summary>For the next handshake.</summary>
    public SslStreamCertificateContext Context => context;

    /// <summary>When the served certificate expires.</summary>
    public DateTimeOffset NotAfter => Expiry(context);

    /// <summary>Looks at the files; a pair that cannot be used leaves the old one in place.</summary>
    public void Refresh()
    {
        try
        {
            var read = ReadFiles();
            if (read.Certificate.AsSpan().SequenceEqual(lastRead.Certificate) && read.Key.AsSpan().SequenceEqual(lastRead.Key))
            {
                return;
            }

            // Also when it fails: one bad pair is told once.
            lastRead = read;
            context = Load(read);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            Log.CertificateRefused(log, fault.Message);
        }
    }

    private static DateTimeOffset Expiry(SslStreamCertificateContext context) => new(context.TargetCertificate.NotAfter.ToUniversalTime());

    private (byte[] Certificate, byte[] Key) ReadFiles() => (File.ReadAllBytes(options.CertificatePath), File.ReadAllBytes(options.KeyPath));

    private SslStreamCertificateContext Load((byte[] Certificate, byte[] Key) pair)
    {
        var text = System.Text.Encoding.UTF8.GetString(pair.Certificate);
        using var bare = X509Certificate2.CreateFromPem(text, System.Text.Encoding.UTF8.GetString(pair.Key));
        var signers = new X509Certificate2Collection();
        signers.ImportFromPem(text);
        var loaded = SslStreamCertificateContext.Create(new X509Certificate2(bare), signers, offline: true);
        Log.CertificateLoaded(log, loaded.TargetCertificate.Subject, Expiry(loaded));
        return loaded;
    }
}
