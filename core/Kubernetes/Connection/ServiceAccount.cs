using System.Globalization;

namespace Stash.Core.Kubernetes.Connection;

/// <summary>The connection that Kubernetes gives to a pod.</summary>
internal static class ServiceAccount
{
    /// <summary>The connection; null where this is no pod (no <c>KUBERNETES_SERVICE_HOST</c>).</summary>
    /// <exception cref="KubernetesConfigurationException">This is a pod, but without a token.</exception>
    public static ClusterConnection? TryLoad(KubernetesConnectionOptions options)
    {
        if (options.Environment("KUBERNETES_SERVICE_HOST") is not { Length: > 0 } host)
        {
            return null;
        }

        var port = options.Environment("KUBERNETES_SERVICE_PORT") is { Length: > 0 } text ? text : "443";
        if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535)
        {
            throw new KubernetesConfigurationException($"KUBERNETES_SERVICE_PORT: \"{port}\" is no port");
        }

        var folder = options.ServiceAccountFolder;
        var token = BearerToken.File(Path.Combine(folder, "token"));
        Require(token);
        var authority = Path.Combine(folder, "ca.crt");
        var ns = Path.Combine(folder, "namespace");
        return new()
        {
            Server = new UriBuilder(Uri.UriSchemeHttps, host, number).Uri,
            Namespace = File.Exists(ns) && ConfigurationFile.Read(ns).Trim() is { Length: > 0 } name ? name : "default",
            Authorities = Pem.Authorities(ConfigurationFile.Read(authority), authority),
            Token = token,
        };
    }

    private static void Require(BearerToken token)
    {
        try
        {
            token.Current();
        }
        catch (KubernetesConfigurationException exception)
        {
            throw new KubernetesConfigurationException(
                $"{exception.Message}. The pod has no service account token: set automountServiceAccountToken: true, or give --kubeconfig", exception);
        }
    }
}
