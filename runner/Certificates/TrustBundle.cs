using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stash.Runner.Certificates;

/// <summary>Whom to trust: certificates of authorities, each once, in the order in which they came. What caBundle and ca.crt hold.</summary>
internal sealed class TrustBundle
{
    /// <summary>Trusts nobody.</summary>
    public static readonly TrustBundle Empty = new([]);

    private readonly IReadOnlyList<Authority> _authorities;

    private TrustBundle(IEnumerable<Authority> authorities) => _authorities = [.. authorities.DistinctBy(one => one.Fingerprint, StringComparer.Ordinal)];

    /// <summary>Whether nobody is trusted.</summary>
    public bool IsEmpty => _authorities.Count == 0;

    /// <summary>How many are trusted.</summary>
    public int Count => _authorities.Count;

    /// <summary>Reads PEM; blocks that are no certificates are passed over, because somebody else may have written them.</summary>
    public static TrustBundle Read(string? pem)
    {
        var found = new List<Authority>();
        var rest = pem.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            if (rest[fields.Label] is "CERTIFICATE" && Authority.TryRead(rest[fields.Location].ToString()) is { } authority)
            {
                found.Add(authority);
            }

            rest = rest[fields.Location.End..];
        }

        return new TrustBundle(found);
    }

    /// <summary>These and those.</summary>
    public TrustBundle With(TrustBundle others) => new(_authorities.Concat(others._authorities));

    /// <summary>Without those that have expired.</summary>
    public TrustBundle ValidAt(DateTimeOffset now) => new(_authorities.Where(one => one.NotAfter > now));

    /// <summary>Whether the same ones are trusted, in whatever order.</summary>
    public bool SameAs(TrustBundle other) => Count == other.Count && other._authorities.All(one => _authorities.Any(own => own.Fingerprint == one.Fingerprint));

    /// <summary>As PEM.</summary>
    public string ToPem() => string.Concat(_authorities.Select(one => one.Pem + "\n"));

    private sealed record Authority(string Pem, string Fingerprint, DateTimeOffset NotAfter)
    {
        public static Authority? TryRead(string pem)
        {
            try
            {
                using var certificate = X509Certificate2.CreateFromPem(pem);
                return new Authority(
                    certificate.ExportCertificatePem(), certificate.GetCertHashString(HashAlgorithmName.SHA256),
                    new DateTimeOffset(certificate.NotAfter.ToUniversalTime()));
            }
            catch (CryptographicException)
            {
                return null;
            }
        }
    }
}
