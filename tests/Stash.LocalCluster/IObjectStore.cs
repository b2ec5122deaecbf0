using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;

namespace Stash.LocalCluster;

/// <summary>
/// The objects of the cluster, as its own controllers and kubelet see them: in process, same rules (admission, defaults, validation,
/// resourceVersion, owner collection) as over HTTPS. Objects that come out are copies.
/// </summary>
public interface IObjectStore
{
    /// <summary>One object; null where there is none.</summary>
    JsonObject? Get(ResourceType type, string? ns, string name);

    /// <summary>All objects of a kind; null for every namespace.</summary>
    IReadOnlyList<JsonObject> List(ResourceType type, string? ns = null);

    /// <summary>Creates, with admission.</summary>
    Task<JsonObject> CreateAsync(ResourceType type, JsonObject body, CancellationToken cancellationToken = default);

    /// <summary>Changes an object in place, again on conflict; nothing is written when the change leaves it as it was. Null where there is none.</summary>
    /// <param name="type">Kind.</param>
    /// <param name="ns">Namespace.</param>
    /// <param name="name">Name.</param>
    /// <param name="change">Edits the copy that it is given.</param>
    /// <param name="subresource"><c>status</c> writes only the status; null writes all but the status.</param>
    JsonObject? Update(ResourceType type, string? ns, string name, Action<JsonObject> change, string? subresource = null);

    /// <summary>
    /// Deletes. A pod with a process gets a deletionTimestamp and is removed by the kubelet through <paramref name="force"/>; finalizers are waited for.
    /// </summary>
    void Delete(ResourceType type, string? ns, string name, bool force = false);

    /// <summary>Every existing object as Added, then changes, until cancelled.</summary>
    IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, CancellationToken cancellationToken);
}
