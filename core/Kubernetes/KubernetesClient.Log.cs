using System.Globalization;
using Stash.Core.Kubernetes.Requests;

namespace Stash.Core.Kubernetes;

/// <content>Logs of containers.</content>
public sealed partial class KubernetesClient
{
    /// <inheritdoc/>
    public async Task<Stream> LogAsync(string ns, string pod, LogOptions options, CancellationToken cancellationToken)
    {
        var query = ResourcePath.Query(
            ("container", options.Container),
            ("follow", options.Follow ? "true" : null),
            ("previous", options.Previous ? "true" : null),
            ("tailLines", options.TailLines?.ToString(CultureInfo.InvariantCulture)));
        var reply = await transport.SendAsync(
            new(HttpMethod.Get, ResourcePath.Object(ResourceTypes.Pods, ns, pod, "log") + query) { Streams = true },
            cancellationToken).ConfigureAwait(false);
        return await reply.Open!.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
    }
}
