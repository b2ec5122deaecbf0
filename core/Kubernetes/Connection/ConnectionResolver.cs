namespace Stash.Core.Kubernetes.Connection;

/// <summary>Picks the cluster: a named kubeconfig, <c>KUBECONFIG</c>, the pod's service account, <c>~/.kube/config</c>.</summary>
internal static class ConnectionResolver
{
    /// <exception cref="KubernetesConfigurationException">None of them is there, or the one that is cannot be used.</exception>
    public static ClusterConnection Resolve(KubernetesConnectionOptions options)
    {
        if (options.Kubeconfig is { } named)
        {
            return KubeConfigUser.Connect(KubeConfig.Load([named]), options.Context);
        }

        if (options.Environment("KUBECONFIG") is { Length: > 0 } list)
        {
            var paths = list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
            var present = paths.Where(File.Exists).ToList();
            return present.Count > 0
                ? KubeConfigUser.Connect(KubeConfig.Load(present), options.Context)
                : throw new KubernetesConfigurationException($"KUBECONFIG: there is no file {string.Join(" or ", paths)}");
        }

        if (ServiceAccount.TryLoad(options) is { } connection)
        {
            return connection;
        }

        if (options.Environment("HOME") is { Length: > 0 } home && Path.Combine(home, ".kube", "config") is var path && File.Exists(path))
        {
            return KubeConfigUser.Connect(KubeConfig.Load([path]), options.Context);
        }

        throw new KubernetesConfigurationException(
            "no cluster is configured: give --kubeconfig FILE, set KUBECONFIG, or run in a pod with a service account (there is no ~/.kube/config either)");
    }
}
