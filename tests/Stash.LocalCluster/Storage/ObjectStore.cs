using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Storage;

/// <summary>The objects as the cluster's own parts see them.</summary>
internal sealed class ObjectStore : IObjectStore
{
    private const string InProcessUser = "system:local-cluster";
    private readonly ObjectTable _table;
    private readonly ResourceCatalog _catalog;
    private readonly ObjectWriter _writer;
    private readonly ObjectDeleter _deleter;

    public ObjectStore(ObjectTable table, ResourceCatalog catalog, ObjectWriter writer, ObjectDeleter deleter, Aftermath aftermath)
    {
        (_table, _catalog, _writer, _deleter) = (table, catalog, writer, deleter);
        aftermath.Delete = (resource, stored, request) => DeleteQuietly(resource, stored.Namespace, stored.Name, request);
    }

    /// <inheritdoc/>
    public JsonObject? Get(ResourceType type, string? ns, string name)
    {
        var resource = _catalog.Require(type);
        return _table.Get(resource.Collection, Scope(type, ns) ?? "", name) is { } stored
            ? VersionConversion.Convert(resource, stored.Read(), type.ApiVersion)
            : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<JsonObject> List(ResourceType type, string? ns = null)
    {
        var resource = _catalog.Require(type);
        return [.. _table.List(resource.Collection, Scope(type, ns)).Objects.Select(o => VersionConversion.Convert(resource, o.Read(), type.ApiVersion))];
    }

    /// <inheritdoc/>
    public Task<JsonObject> CreateAsync(ResourceType type, JsonObject body, CancellationToken cancellationToken = default) =>
        _writer.CreateAsync(new WriteContext(_catalog.Require(type), InProcessUser), null, body.Copy(), cancellationToken);

    /// <inheritdoc/>
    public JsonObject? Update(ResourceType type, string? ns, string name, Action<JsonObject> change, string? subresource = null)
    {
        var context = new WriteContext(_catalog.Require(type), InProcessUser) { HasAdmission = false };
        return _writer.Change(context, Scope(type, ns), name, subresource, change);
    }

    /// <inheritdoc/>
    public void Delete(ResourceType type, string? ns, string name, bool force = false) =>
        DeleteQuietly(_catalog.Require(type), Scope(type, ns), name, new DeleteRequest(Force: force));

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var known = new Dictionary<string, StoredObject>(StringComparer.Ordinal);
        var version = 0L;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var resource = _catalog.Require(type);
            var (changes, more) = Since(resource, known, ref version);
            foreach (var change in changes)
            {
                if (change.Kind == ChangeKind.Deleted)
                {
                    known.Remove(change.Object.Key);
                }
                else
                {
                    known[change.Object.Key] = change.Object;
                }

                yield return new WatchEvent(
                    (WatchEventType)change.Kind, VersionConversion.Convert(resource, change.Object.Read(), type.ApiVersion));
            }

            await more.WaitAsync(cancellationToken);
        }
    }

    private (IReadOnlyList<StoredChange> Changes, Task More) Since(
        ResourceDefinition resource, Dictionary<string, StoredObject> known, ref long version)
    {
        try
        {
            var (changes, newest, more) = _table.ChangesSince(resource.Collection, version);
            version = newest;
            return (changes, more);
        }
        catch (KubernetesException exception) when (exception.Reason == "Expired")
        {
            var (objects, newest) = _table.List(resource.Collection, null);
            version = newest;
            var keys = objects.Select(o => o.Key).ToHashSet(StringComparer.Ordinal);
            var gone = known.Values.Where(o => !keys.Contains(o.Key)).Select(o => new StoredChange(ChangeKind.Deleted, o, null));
            var others = objects.Where(o => !known.TryGetValue(o.Key, out var old) || old.Version != o.Version)
                .Select(o => new StoredChange(known.ContainsKey(o.Key) ? ChangeKind.Modified : ChangeKind.Added, o, null));
            return ([.. gone, .. others], Task.CompletedTask);
        }
    }

    private void DeleteQuietly(ResourceDefinition resource, string? ns, string name, DeleteRequest request)
    {
        try
        {
            _deleter.Delete(resource, ns, name, request);
        }
        catch (KubernetesException exception) when (exception.Reason == "NotFound")
        {
            // Somebody else was faster: it is gone, as asked.
            return;
        }
    }

    private static string? Scope(ResourceType type, string? ns) => type.Namespaced ? ns : ns is null ? null : "";
}
