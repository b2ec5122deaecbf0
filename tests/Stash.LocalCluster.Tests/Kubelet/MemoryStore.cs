using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Kubelet;

namespace Stash.LocalCluster.Tests.Kubelet;

/// <summary>The store's contract without HTTP, admission and defaults: what kubelet and controllers need to be tested alone.</summary>
internal sealed class MemoryStore(TimeProvider time) : IObjectStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(ResourceType Type, string Ns, string Name), JsonObject> _objects = [];
    private readonly List<(ResourceType Type, Channel<WatchEvent> Events)> _watches = [];
    private int _version;

    public JsonObject? Get(ResourceType type, string? ns, string name)
    {
        lock (_lock)
        {
            return _objects.GetValueOrDefault((type, ns ?? "", name))?.DeepClone() as JsonObject;
        }
    }

    public IReadOnlyList<JsonObject> List(ResourceType type, string? ns = null)
    {
        lock (_lock)
        {
            return [.. _objects.Where(pair => pair.Key.Type == type && (ns is null || pair.Key.Ns == ns)).Select(pair => (JsonObject)pair.Value.DeepClone())];
        }
    }

    public Task<JsonObject> CreateAsync(ResourceType type, JsonObject body, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            body = (JsonObject)body.DeepClone();
            body["apiVersion"] = type.ApiVersion;
            body["kind"] = type.Kind;
            var meta = body.Child("metadata");
            if (type.Namespaced)
            {
                meta["namespace"] ??= "default";
            }

            meta["name"] ??= meta.Text("generateName") + Guid.NewGuid().ToString("N")[..5];
            meta["uid"] = Guid.NewGuid().ToString();
            meta["creationTimestamp"] = time.GetUtcNow().Stamp();
            meta["generation"] = 1;
            if (type == ResourceTypes.Pods)
            {
                body["status"] = new JsonObject { ["phase"] = "Pending" };
            }

            var key = (type, type.Namespaced ? body.Namespace() : "", body.Name());
            if (_objects.ContainsKey(key))
            {
                throw new KubernetesException(HttpStatusCode.Conflict, $"{type.Plural} \"{body.Name()}\" already exists", "AlreadyExists");
            }

            Store(key, body, WatchEventType.Added);
            return Task.FromResult((JsonObject)body.DeepClone());
        }
    }

    public JsonObject? Update(ResourceType type, string? ns, string name, Action<JsonObject> change, string? subresource = null)
    {
        lock (_lock)
        {
            if (!_objects.TryGetValue((type, ns ?? "", name), out var before))
            {
                return null;
            }

            var body = (JsonObject)before.DeepClone();
            change(body);
            if (subresource == "status")
            {
                var status = body["status"]?.DeepClone();
                body = (JsonObject)before.DeepClone();
                body["status"] = status;
            }
            else
            {
                body["status"] = before["status"]?.DeepClone();
            }

            if (!JsonNode.DeepEquals(before, body))
            {
                if (!JsonNode.DeepEquals(before["spec"], body["spec"]))
                {
                    body["metadata"]!["generation"] = (body.Number("metadata", "generation") ?? 0) + 1;
                }

                Store((type, ns ?? "", name), body, WatchEventType.Modified);
            }

            return (JsonObject)body.DeepClone();
        }
    }

    public void Delete(ResourceType type, string? ns, string name, bool force = false)
    {
        lock (_lock)
        {
            var key = (type, ns ?? "", name);
            if (!_objects.TryGetValue(key, out var body))
            {
                return;
            }

            if (type == ResourceTypes.Pods && !force && body.Text("spec", "nodeName") is not null && body.Text("status", "phase") is not ("Succeeded" or "Failed"))
            {
                body = (JsonObject)body.DeepClone();
                body["metadata"]!["deletionTimestamp"] = time.GetUtcNow().Stamp();
                body["metadata"]!["deletionGracePeriodSeconds"] = body.Number("spec", "terminationGracePeriodSeconds") ?? 30;
                Store(key, body, WatchEventType.Modified);
                return;
            }

            _objects.Remove(key);
            Tell(type, new WatchEvent(WatchEventType.Deleted, (JsonObject)body.DeepClone()));
            foreach (var dependent in _objects.Where(pair => pair.Value.Objects("metadata", "ownerReferences").Any(owner => owner.Text("uid") == body.Uid())).Select(static pair => pair.Key).ToList())
            {
                Delete(dependent.Type, dependent.Ns, dependent.Name);
            }
        }
    }

    public async IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var channel = Channel.CreateUnbounded<WatchEvent>();
        lock (_lock)
        {
            foreach (var body in List(type))
            {
                channel.Writer.TryWrite(new WatchEvent(WatchEventType.Added, body));
            }

            _watches.Add((type, channel));
        }

        await foreach (var change in channel.Reader.ReadAllAsync(cancellationToken))
        {
            yield return change;
        }
    }

    private void Store((ResourceType Type, string Ns, string Name) key, JsonObject body, WatchEventType change)
    {
        body["metadata"]!["resourceVersion"] = (++_version).ToString(System.Globalization.CultureInfo.InvariantCulture);
        _objects[key] = body;
        Tell(key.Type, new WatchEvent(change, (JsonObject)body.DeepClone()));
    }

    private void Tell(ResourceType type, WatchEvent change)
    {
        foreach (var watch in _watches.Where(watch => watch.Type == type))
        {
            watch.Events.Writer.TryWrite(change with { Object = (JsonObject)change.Object.DeepClone() });
        }
    }
}
