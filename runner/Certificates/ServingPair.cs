using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stash.Runner.Certificates;

/// <summary>A certificate that a server can present, its private key, and who vouches for it. The key is in no text of this record.</summary>
/// <param name="Certificate">PEM: the leaf, then what is between it and the authority.</param>
/// <param name="Key">PEM, PKCS#8 or SEC1, unencrypted.</param>
/// <param name="Authority">Whom a client must trust.</param>
/// <param name="NotBefore">From when the leaf is valid.</param>
/// <param name="NotAfter">Until when the leaf is valid.</param>
internal sealed record ServingPair(string Certificate, string Key, TrustBundle Authority, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    /// <summary>Reads a pair and proves that it can be served: the key fits, every name is in it, and the authority vouches for it.</summary>
    /// <param name="certificate">PEM of the leaf and what it is signed by.</param>
    /// <param name="key">PEM of its key.</param>
    /// <param name="authority">PEM of authorities, one of which is the leaf's.</param>
    /// <param name="names">DNS names that it must be for.</param>
    /// <returns>The pair, or why it cannot be served; the reason never has a part of the key.</returns>
    public static (ServingPair? Pair, string Fault) Read(string certificate, string key, string authority, IReadOnlyList<string> names)
    {
        try
        {
            using var leaf = X509Certificate2.CreateFromPem(certificate, key);
            if (names.FirstOrDefault(name => !leaf.MatchesHostname(name, allowWildcards: true, allowCommonName: false)) is { } missing)
            {
                return (null, $"it is not for the name {missing}");
            }

            return SignerOf(leaf, certificate, TrustBundle.Read(authority)) is { } signer
                ? (new ServingPair(certificate, key, signer, Utc(leaf.NotBefore), Utc(leaf.NotAfter)), "")
                : (null, "no certificate in ca.crt vouches for it");
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            return (null, "certificate and key cannot be read, or do not belong together");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"certificate valid from {NotBefore:u} to {NotAfter:u}";

    private static DateTimeOffset Utc(DateTime local) => new(local.ToUniversalTime());

    private static TrustBundle? SignerOf(X509Certificate2 leaf, string certificate, TrustBundle authorities)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        // Whether it is still valid is judged where the clock is known.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        chain.ChainPolicy.CustomTrustStore.ImportFromPem(authorities.ToPem());
        chain.ChainPolicy.ExtraStore.ImportFromPem(certificate);
        return chain.Build(leaf) ? TrustBundle.Read(chain.ChainElements[^1].Certificate.ExportCertificatePem()) : null;
    }
}
