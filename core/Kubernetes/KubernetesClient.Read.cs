using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes.Requests;

namespace Stash.Core.Kubernetes;

/// <content>Reading.</content>
public sealed partial class KubernetesClient
{
    private const int DefaultPageSize = 500;

    /// <inheritdoc/>
    public Task<JsonObject> GetAsync(ResourceType type, string? ns, string name, CancellationToken cancellationToken) =>
        ObjectAsync(new(HttpMethod.Get, ResourcePath.Object(type, ns ?? DefaultNamespace, name)), cancellationToken);

    /// <inheritdoc/>
    public async Task<JsonObject?> FindAsync(ResourceType type, string? ns, string name, CancellationToken cancellationToken)
    {
        try
        {
            return await GetAsync(type, ns, name, cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<JsonObject> ListAsync(
        ResourceType type, string? ns, ListOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var restarted = false;
        string? next = null;
        do
        {
            ListPage page;
            try
            {
                page = await PageAsync(type, ns, options, next, cancellationToken).ConfigureAwait(false);
            }
            catch (KubernetesException exception) when (exception.StatusCode == HttpStatusCode.Gone && next is not null && !restarted)
            {
                restarted = true;
                next = null;
                page = await PageAsync(type, ns, options, next, cancellationToken).ConfigureAwait(false);
            }

            foreach (var item in page.Items)
            {
                if (seen.Add(ListPage.Key(item)))
                {
                    yield return item;
                }
            }

            next = page.Continue;
        }
        while (next is not null);
    }

    private async Task<ListPage> PageAsync(
        ResourceType type, string? ns, ListOptions? options, string? next, CancellationToken cancellationToken)
    {
        var query = ResourcePath.Query(
            ("limit", (options?.PageSize ?? DefaultPageSize).ToString(CultureInfo.InvariantCulture)),
            ("continue", next),
            ("labelSelector", options?.LabelSelector),
            ("fieldSelector", options?.FieldSelector));
        var list = await ObjectAsync(new(HttpMethod.Get, ResourcePath.Collection(type, ns) + query), cancellationToken).ConfigureAwait(false);
        return ListPage.From(list, type);
    }
}
