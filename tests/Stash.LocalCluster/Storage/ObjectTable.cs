using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Rest;

namespace Stash.LocalCluster.Storage;

/// <summary>
/// The raw storage: bytes by key, a global counter of versions, and the log of changes that watches read. Knows nothing of kinds.
/// </summary>
internal sealed class ObjectTable
{
    private const int HistoryLimit = 20_000;
    private readonly Lock _gate = new();
    private readonly Dictionary<CollectionKey, SortedDictionary<string, StoredObject>> _collections = [];
    private readonly List<StoredChange> _history = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _version = 1;
    private long _forgotten = 1;

    /// <summary>The newest resourceVersion.</summary>
    public long Version
    {
        get
        {
            lock (_gate)
            {
                return _version;
            }
        }
    }

    /// <summary>One object; null where there is none.</summary>
    public StoredObject? Get(CollectionKey collection, string ns, string name)
    {
        lock (_gate)
        {
            return _collections.TryGetValue(collection, out var objects) ? objects.GetValueOrDefault(Key(ns, name)) : null;
        }
    }

    /// <summary>A collection in the order of its keys, with the version at which it was so; null for every namespace.</summary>
    public (IReadOnlyList<StoredObject> Objects, long Version) List(CollectionKey collection, string? ns)
    {
        lock (_gate)
        {
            IEnumerable<StoredObject> all = _collections.TryGetValue(collection, out var objects) ? objects.Values : [];
            return ([.. all.Where(o => ns is null || o.Namespace == ns)], _version);
        }
    }

    /// <summary>Every object of every kind.</summary>
    public IReadOnlyList<StoredObject> Everything()
    {
        lock (_gate)
        {
            return [.. _collections.Values.SelectMany(c => c.Values)];
        }
    }

    /// <summary>Adds an object, its resourceVersion set; false when the name is taken.</summary>
    public bool TryAdd(CollectionKey collection, JsonObject body)
    {
        lock (_gate)
        {
            var objects = _collections.TryGetValue(collection, out var found) ? found : _collections[collection] = new(StringComparer.Ordinal);
            if (objects.ContainsKey(Key(body.Namespace(), body.Name())))
            {
                return false;
            }

            var stored = Seal(collection, body);
            objects[stored.Key] = stored;
            Append(new StoredChange(ChangeKind.Added, stored, null));
            return true;
        }
    }

    /// <summary>Replaces an object whose version is still the expected one; its new resourceVersion is set.</summary>
    public bool TryReplace(CollectionKey collection, JsonObject body, long expectedVersion)
    {
        lock (_gate)
        {
            if (!_collections.TryGetValue(collection, out var objects)
                || !objects.TryGetValue(Key(body.Namespace(), body.Name()), out var previous) || previous.Version != expectedVersion)
            {
                return false;
            }

            var stored = Seal(collection, body);
            objects[stored.Key] = stored;
            Append(new StoredChange(ChangeKind.Modified, stored, previous));
            return true;
        }
    }

    /// <summary>Removes an object whose version is still the expected one; the last state carries the deletion's version.</summary>
    public bool TryRemove(CollectionKey collection, JsonObject body, long expectedVersion)
    {
        lock (_gate)
        {
            var key = Key(body.Namespace(), body.Name());
            if (!_collections.TryGetValue(collection, out var objects)
                || !objects.TryGetValue(key, out var previous) || previous.Version != expectedVersion)
            {
                return false;
            }

            objects.Remove(key);
            Append(new StoredChange(ChangeKind.Deleted, Seal(collection, body), previous));
            return true;
        }
    }

    /// <summary>Changes of a collection after a version, with a task that ends when more has come.</summary>
    /// <exception cref="Core.Kubernetes.KubernetesException">410: the version is older than the history.</exception>
    public (IReadOnlyList<StoredChange> Changes, long Version, Task More) ChangesSince(CollectionKey collection, long version)
    {
        lock (_gate)
        {
            if (version < _forgotten)
            {
                throw ApiErrors.Expired($"too old resource version: {version} ({_forgotten})");
            }

            var first = _history.Count;
            while (first > 0 && _history[first - 1].Object.Version > version)
            {
                first--;
            }

            return ([.. _history.Skip(first).Where(c => c.Object.Collection == collection)], _version, _changed.Task);
        }
    }

    /// <summary>The oldest version from which a watch or a list can go on.</summary>
    public long Forgotten
    {
        get
        {
            lock (_gate)
            {
                return _forgotten;
            }
        }
    }

    /// <summary>Forgets the history, as etcd's compaction does: every older version is answered with 410.</summary>
    public void Compact()
    {
        lock (_gate)
        {
            _history.Clear();
            _forgotten = ++_version;
        }
    }

    private StoredObject Seal(CollectionKey collection, JsonObject body)
    {
        var version = ++_version;
        body.Ensure("metadata")["resourceVersion"] = version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new StoredObject(collection, body.Namespace(), body.Name(), version, JsonSerializer.SerializeToUtf8Bytes(body));
    }

    private void Append(StoredChange change)
    {
        _history.Add(change);
        if (_history.Count > HistoryLimit)
        {
            _forgotten = _history[HistoryLimit / 2 - 1].Object.Version;
            _history.RemoveRange(0, HistoryLimit / 2);
        }

        var changed = _changed;
        _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        changed.SetResult();
    }

    private static string Key(string ns, string name) => $"{ns}/{name}";
}

/// <summary>What happened to a stored object.</summary>
internal enum ChangeKind
{
    /// <summary>It came.</summary>
    Added,

    /// <summary>It changed.</summary>
    Modified,

    /// <summary>It went.</summary>
    Deleted,
}

/// <summary>An object as it lies in the store.</summary>
internal sealed record StoredObject(CollectionKey Collection, string Namespace, string Name, long Version, byte[] Json)
{
    /// <summary>Key in its collection.</summary>
    public string Key => $"{Namespace}/{Name}";

    /// <summary>A fresh copy of the object.</summary>
    public JsonObject Read() => (JsonObject)JsonNode.Parse(Json)!;
}

/// <summary>A change, with the state before it.</summary>
internal sealed record StoredChange(ChangeKind Kind, StoredObject Object, StoredObject? Previous);
