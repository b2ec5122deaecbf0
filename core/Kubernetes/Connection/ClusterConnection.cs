using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Stash.Core.Kubernetes.Connection;

/// <summary>Where the API server is, how it is trusted and who speaks to it.</summary>
internal sealed record ClusterConnection
{
    /// <summary>URL of the API server; a path in it is kept as a prefix.</summary>
    public required Uri Server { get; init; }

    /// <summary>Namespace where none is said.</summary>
    public string Namespace { get; init; } = "default";

    /// <summary>What the server's certificate must descend from; null: the machine's own trust.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>Accept any certificate.</summary>
    public bool SkipTlsVerify { get; init; }

    /// <summary>The name that the server's certificate must have; null: the URL's host.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>An HTTP or SOCKS5 proxy; null: as the environment says.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>The client's certificate with its chain.</summary>
    public SslStreamCertificateContext? ClientCertificate { get; init; }

    /// <summary>The bearer token.</summary>
    public BearerToken? Token { get; init; }

    /// <summary>Headers of impersonation, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Impersonation { get; init; } = [];
}
