using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stash.Core.Kubernetes.Connection;

/// <summary>Certificates out of PEM text; faults name where the text came from, never what is in it.</summary>
internal static class Pem
{
    /// <summary>All certificates of a bundle.</summary>
    public static X509Certificate2Collection Authorities(string pem, string origin)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(pem);
        }
        catch (CryptographicException exception)
        {
            throw new KubernetesConfigurationException($"{origin}: not a PEM certificate: {exception.Message}", exception);
        }

        return authorities.Count > 0
            ? authorities
            : throw new KubernetesConfigurationException($"{origin}: holds no PEM certificate (-----BEGIN CERTIFICATE-----)");
    }

    /// <summary>A client certificate with its key; further certificates in the text are sent along.</summary>
    public static SslStreamCertificateContext ClientCertificate(string certificate, string key, string origin)
    {
        try
        {
            var leaf = X509Certificate2.CreateFromPem(certificate, key);
            var bundle = Authorities(certificate, origin);
            bundle.RemoveAt(0);
            return SslStreamCertificateContext.Create(leaf, bundle, offline: true);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new KubernetesConfigurationException($"{origin}: not a PEM certificate with its key: {exception.Message}", exception);
        }
    }
}
