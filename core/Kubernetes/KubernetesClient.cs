using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes.Connection;
using Stash.Core.Kubernetes.Requests;

namespace Stash.Core.Kubernetes;

/// <summary>Speaks to the Kubernetes API over HTTPS; safe for use by many at once.</summary>
public sealed partial class KubernetesClient : IKubernetesClient
{
    private readonly KubernetesConnectionOptions options;
    private readonly Transport transport;

    private KubernetesClient(ClusterConnection connection, KubernetesConnectionOptions options)
    {
        this.options = options;
        DefaultNamespace = connection.Namespace;
        transport = new Transport(connection, options);
    }

    /// <inheritdoc/>
    public string DefaultNamespace { get; }

    /// <summary>
    /// Makes a client for the kubeconfig that is named, else for <c>KUBECONFIG</c>, else for the pod's service account, else for
    /// <c>~/.kube/config</c>. Nothing is sent yet.
    /// </summary>
    /// <exception cref="KubernetesConfigurationException">None is there, or it cannot be used: says which file and field.</exception>
    public static KubernetesClient Connect(KubernetesConnectionOptions? options = null)
    {
        options ??= new();
        return new(ConnectionResolver.Resolve(options), options);
    }

    /// <inheritdoc/>
    public void Dispose() => transport.Dispose();

    private async Task<JsonObject> ObjectAsync(ApiRequest request, CancellationToken cancellationToken)
    {
        var reply = await transport.SendAsync(request, cancellationToken).ConfigureAwait(false);
        try
        {
            return Json.Read(reply.Body);
        }
        catch (JsonException exception)
        {
            throw new KubernetesException(
                reply.StatusCode, $"{request.Method} {request.Path}: the answer is not a JSON object: {exception.Message}", innerException: exception);
        }
    }
}
