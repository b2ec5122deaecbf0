using System.Net.Security;

namespace Stash.Core.Kubernetes.Connection;

/// <summary>Turns a context of a kubeconfig into a connection.</summary>
internal static class KubeConfigUser
{
    /// <summary>The connection of a context.</summary>
    /// <param name="config">The kubeconfig.</param>
    /// <param name="contextName">Which context; null: the current one.</param>
    /// <exception cref="KubernetesConfigurationException">A name that is not there, a field that cannot be used.</exception>
    public static ClusterConnection Connect(KubeConfig config, string? contextName)
    {
        var name = contextName ?? config.CurrentContext ?? throw new KubernetesConfigurationException(
            $"{config.Paths}: current-context: is required, or name one of the contexts{Names(config)}");
        var context = config.Context(name) ?? throw new KubernetesConfigurationException(
            $"{config.Paths}: contexts: there is no \"{name}\"{Names(config)}");
        var clusterName = context.Text("cluster") ?? throw new KubernetesConfigurationException(context.At("cluster") + ": is required");
        var cluster = config.Cluster(clusterName) ?? throw new KubernetesConfigurationException(
            context.At("cluster") + $": there is no cluster \"{clusterName}\"");
        var userName = context.Text("user");
        var user = userName is null ? null : config.User(userName) ?? throw new KubernetesConfigurationException(
            context.At("user") + $": there is no user \"{userName}\"");

        var connection = Cluster(cluster) with { Namespace = context.Text("namespace") ?? "default" };
        return user is null ? connection : As(user, connection);
    }

    private static ClusterConnection Cluster(KubeConfigSection cluster)
    {
        var skip = cluster.Flag("insecure-skip-tls-verify");
        var authorities = cluster.Pem("certificate-authority");
        if (skip && authorities is not null)
        {
            throw new KubernetesConfigurationException(
                cluster.At("insecure-skip-tls-verify") + ": may not be set together with certificate-authority: take one of them out");
        }

        return new()
        {
            Server = Address(cluster, "server", Uri.UriSchemeHttps, Uri.UriSchemeHttp)
                ?? throw new KubernetesConfigurationException(cluster.At("server") + ": is required"),
            Authorities = authorities is var (pem, origin) ? Pem.Authorities(pem, origin) : null,
            SkipTlsVerify = skip,
            TlsServerName = cluster.Text("tls-server-name"),
            Proxy = Address(cluster, "proxy-url", Uri.UriSchemeHttps, Uri.UriSchemeHttp, "socks5"),
        };
    }

    private static ClusterConnection As(KubeConfigSection user, ClusterConnection connection)
    {
        foreach (var (key, instead) in Unsupported)
        {
            if (user.Has(key))
            {
                throw new KubernetesConfigurationException($"{user.At(key)}: {instead}");
            }
        }

        return connection with
        {
            ClientCertificate = Certificate(user),
            Token = user.FilePath("tokenFile") is { } path ? BearerToken.File(path)
                : user.Text("token") is { } token ? BearerToken.Fixed(token) : null,
            Impersonation = [.. Impersonation(user)],
        };
    }

    private static readonly (string Key, string Instead)[] Unsupported =
    [
        ("exec", "credential plugins are not supported yet: use a token, a tokenFile or a client certificate"),
        ("auth-provider", "auth providers are not supported: use a token, a tokenFile or a client certificate"),
        ("username", "Kubernetes no longer takes passwords: use a token, a tokenFile or a client certificate"),
        ("password", "Kubernetes no longer takes passwords: use a token, a tokenFile or a client certificate"),
        ("as-user-extra", "impersonation with extra fields is not supported: use as, as-uid and as-groups"),
    ];

    private static SslStreamCertificateContext? Certificate(KubeConfigSection user) =>
        (user.Pem("client-certificate"), user.Pem("client-key")) switch
        {
            (null, null) => null,
            ({ } certificate, { } key) => Pem.ClientCertificate(certificate.Pem, key.Pem, certificate.Origin),
            (null, _) => throw new KubernetesConfigurationException(user.At("client-certificate") + ": is required with client-key"),
            (_, null) => throw new KubernetesConfigurationException(user.At("client-key") + ": is required with client-certificate"),
        };

    private static IEnumerable<KeyValuePair<string, string>> Impersonation(KubeConfigSection user)
    {
        var name = user.Text("as");
        if (name is null)
        {
            return user.Has("as-uid") || user.Has("as-groups")
                ? throw new KubernetesConfigurationException(user.At("as") + ": is required with as-uid and as-groups")
                : [];
        }

        var uid = user.Text("as-uid") is { } value ? [new KeyValuePair<string, string>("Impersonate-Uid", value)] : Array.Empty<KeyValuePair<string, string>>();
        return [new("Impersonate-User", name), .. uid, .. user.Texts("as-groups").Select(group => new KeyValuePair<string, string>("Impersonate-Group", group))];
    }

    private static Uri? Address(KubeConfigSection section, string key, params ReadOnlySpan<string> schemes)
    {
        if (section.Text(key) is not { } text)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme)
            ? uri
            : throw new KubernetesConfigurationException($"{section.At(key)}: a URL is expected that begins with {string.Join(" or ", schemes.ToArray().Select(scheme => scheme + "://"))}");
    }

    private static string Names(KubeConfig config) =>
        config.ContextNames.Count == 0 ? "" : $" ({string.Join(", ", config.ContextNames.Order(StringComparer.Ordinal))})";
}
