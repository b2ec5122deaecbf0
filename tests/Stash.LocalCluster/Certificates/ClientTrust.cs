using System.Security.Cryptography.X509Certificates;

namespace Stash.LocalCluster.Certificates;

/// <summary>Which client certificates count: those of the cluster's authority.</summary>
/// <param name="authority">PEM of the authority.</param>
internal sealed class ClientTrust(string authority)
{
    /// <summary>Whether the authority signed a certificate.</summary>
    public bool Accepts(X509Certificate2 certificate)
    {
        using var root = X509Certificate2.CreateFromPem(authority);
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(certificate);
    }
}
