using System.Net;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes.Requests;
using Stash.Core.Kubernetes.Watching;

namespace Stash.Core.Kubernetes;

/// <content>Watching.</content>
public sealed partial class KubernetesClient
{
    /// <inheritdoc/>
    public IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? ns, ListOptions? options, CancellationToken cancellationToken) =>
        new Watcher(transport, this.options.Time, ResourcePath.Collection(type, ns), options, token => WholeAsync(type, ns, options, token))
            .RunAsync(cancellationToken);

    /// <summary>A whole list as of one resourceVersion: what was read before a 410 is thrown away, so that nothing in it is older than the rest.</summary>
    private async Task<ListPage> WholeAsync(ResourceType type, string? ns, ListOptions? options, CancellationToken cancellationToken)
    {
        var items = new List<JsonObject>();
        var restarted = false;
        string? next = null;
        while (true)
        {
            try
            {
                var page = await PageAsync(type, ns, options, next, cancellationToken).ConfigureAwait(false);
                items.AddRange(page.Items);
                next = page.Continue;
                if (next is null)
                {
                    return new(items, Continue: null, page.ResourceVersion);
                }
            }
            catch (KubernetesException exception) when (exception.StatusCode == HttpStatusCode.Gone && next is not null && !restarted)
            {
                restarted = true;
                next = null;
                items.Clear();
            }
        }
    }
}
