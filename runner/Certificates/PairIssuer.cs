using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stash.Runner.Certificates;

/// <summary>
/// Makes an authority and the one certificate that it ever signs. The authority's key is forgotten before this returns: nobody can sign
/// another certificate that the API server would believe (docs/decisions/0016).
/// </summary>
internal static class PairIssuer
{
    /// <summary>How far back validity begins, for clocks that are behind.</summary>
    public static readonly TimeSpan Backdated = TimeSpan.FromMinutes(5);

    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>Makes them: ECDSA on P-256, SHA-256.</summary>
    /// <param name="names">DNS names of the server; the first is its common name too, where it is short enough for one.</param>
    /// <param name="lifetime">From now on.</param>
    /// <param name="now">Now.</param>
    public static ServingPair Issue(IReadOnlyList<string> names, TimeSpan lifetime, DateTimeOffset now)
    {
        var (notBefore, notAfter) = (now - Backdated, now + lifetime);
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var authority = Authority(authorityKey).CreateSelfSigned(notBefore, notAfter);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = Leaf(names, key, authority).Create(authority, notBefore, notAfter, RandomNumberGenerator.GetBytes(16));
        var certificate = leaf.ExportCertificatePem() + "\n";
        return ServingPair.Read(certificate, key.ExportPkcs8PrivateKeyPem() + "\n", authority.ExportCertificatePem(), names) switch
        {
            ({ } pair, _) => pair,
            (_, var fault) => throw new ArgumentException($"no certificate can be made for {string.Join(", ", names)}: {fault}", nameof(names)),
        };
    }

    private static CertificateRequest Authority(ECDsa key)
    {
        // A name of its own: in a bundle of two authorities of one name, a client may try the wrong one only.
        var request = new CertificateRequest($"CN=stash-webhook-ca-{RandomNumberGenerator.GetHexString(8, lowercase: true)}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    private static CertificateRequest Leaf(IReadOnlyList<string> names, ECDsa key, X509Certificate2 authority)
    {
        // RFC 5280: a common name has at most 64 characters.
        var request = new CertificateRequest($"CN={(names[0].Length <= 64 ? names[0] : "stash-webhook")}", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            alternatives.AddDnsName(name);
        }

        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([ServerAuthentication], false));
        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        return request;
    }
}
