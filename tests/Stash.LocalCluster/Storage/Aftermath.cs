using System.Text;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Storage;

/// <summary>What follows from a change: kinds served, contents of namespaces, dependents collected.</summary>
internal sealed class Aftermath(ObjectTable table, ResourceCatalog catalog, string authority, TimeProvider time)
{
    private const string Foreground = "foregroundDeletion";

    /// <summary>Deletes one object in process. Set by <see cref="ObjectStore"/>, since deleting has an aftermath of its own.</summary>
    public Action<ResourceDefinition, StoredObject, DeleteRequest> Delete { get; set; } = (_, _, _) => { };

    /// <summary>Whether a deleted object may be removed: no finalizers, and no process of a pod.</summary>
    public static bool MayGo(ResourceDefinition resource, JsonObject body)
    {
        var isHeld = body.Array("metadata", "finalizers") is { Count: > 0 };
        var grace = body.Number("metadata", "deletionGracePeriodSeconds") ?? 0;
        return !isHeld && (resource.Type.Kind != "Namespace" || resource.Type.Group.Length > 0) && grace == 0;
    }

    /// <summary>An object came.</summary>
    public void Created(ResourceDefinition resource, JsonObject body)
    {
        Serve(resource, body);
        if (resource.Collection == new CollectionKey("", "namespaces"))
        {
            Furnish(body.Name());
        }

        CollectOrphan(resource, body);
    }

    /// <summary>An object changed.</summary>
    public void Changed(ResourceDefinition resource, JsonObject body) => Serve(resource, body);

    /// <summary>An object went.</summary>
    public void Removed(ResourceDefinition resource, JsonObject body)
    {
        if (resource.Type.Kind == "CustomResourceDefinition")
        {
            var key = new CollectionKey(body.Text("spec", "group"), body.Text("spec", "names", "plural"));
            foreach (var instance in table.List(key, null).Objects)
            {
                DeleteStored(instance);
            }

            catalog.Unregister(body);
        }

        CollectDependents(body.Text("metadata", "uid"));
        if (body.Namespace() is { Length: > 0 } ns)
        {
            FinishNamespace(ns);
        }

        FinishForeground(body);
    }

    /// <summary>Deletes everything in a namespace, then the namespace.</summary>
    public void EmptyNamespace(string ns)
    {
        foreach (var content in table.Everything().Where(o => o.Namespace == ns))
        {
            DeleteStored(content);
        }

        FinishNamespace(ns);
    }

    /// <summary>Deletes everything whose only living owner has this uid.</summary>
    public void CollectDependents(string uid, string policy = "Background")
    {
        foreach (var dependent in Dependents(uid))
        {
            var others = dependent.Read().Array("metadata", "ownerReferences").Objects().Where(o => o.Text("uid") != uid).ToArray();
            if (others.Any(o => IsAlive(o.Text("uid"))))
            {
                RemoveOwner(dependent, uid);
            }
            else
            {
                DeleteStored(dependent, policy);
            }
        }
    }

    /// <summary>Lets the dependents of an owner live on without it.</summary>
    public void OrphanDependents(string uid)
    {
        foreach (var dependent in Dependents(uid))
        {
            RemoveOwner(dependent, uid);
        }
    }

    /// <summary>Whether anything names this owner.</summary>
    public bool HasDependents(string uid) => Dependents(uid).Length > 0;

    private void Serve(ResourceDefinition resource, JsonObject body)
    {
        if (resource.Type.Kind == "CustomResourceDefinition")
        {
            catalog.Register(body);
        }
    }

    private void Furnish(string ns)
    {
        Put("serviceaccounts", new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ServiceAccount", ["metadata"] = Metadata(ns, "default") });
        Put("configmaps", new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "ConfigMap",
            ["metadata"] = Metadata(ns, "kube-root-ca.crt"),
            ["data"] = new JsonObject { ["ca.crt"] = authority },
        });

        void Put(string plural, JsonObject body) => table.TryAdd(new CollectionKey("", plural), body);
    }

    private JsonObject Metadata(string ns, string name) => new()
    {
        ["name"] = name,
        ["namespace"] = ns,
        ["uid"] = Guid.NewGuid().ToString(),
        ["creationTimestamp"] = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
    };

    private void CollectOrphan(ResourceDefinition resource, JsonObject body)
    {
        var owners = body.Array("metadata", "ownerReferences").Objects().ToArray();
        if (owners.Length > 0 && !owners.Any(o => IsAlive(o.Text("uid"), body.Namespace())))
        {
            if (table.Get(resource.Collection, body.Namespace(), body.Name()) is { } stored)
            {
                Delete(resource, stored, new DeleteRequest());
            }
        }
    }

    private void FinishNamespace(string ns)
    {
        var stored = table.Get(new CollectionKey("", "namespaces"), "", ns);
        if (stored?.Read() is { } body && body.Find("metadata", "deletionTimestamp") is not null
            && !table.Everything().Any(o => o.Namespace == ns)
            && table.TryRemove(stored.Collection, body, stored.Version))
        {
            Removed(catalog.Find("", "v1", "namespaces")!, body);
        }
    }

    private void FinishForeground(JsonObject gone)
    {
        foreach (var uid in gone.Array("metadata", "ownerReferences").Objects().Select(o => o.Text("uid")))
        {
            if (!HasDependents(uid) && FindUid(uid) is { } owner && owner.Read() is var body
                && body.Array("metadata", "finalizers") is { } finalizers && finalizers.Strings().Contains(Foreground))
            {
                finalizers.Remove(finalizers.First(f => f.Text() == Foreground));
                ObjectPreparation.DropEmpty(body);
                if (catalog.Versions(owner.Collection) is [var resource, ..])
                {
                    if (MayGo(resource, body) && table.TryRemove(owner.Collection, body, owner.Version))
                    {
                        Removed(resource, body);
                    }
                    else
                    {
                        table.TryReplace(owner.Collection, body, owner.Version);
                    }
                }
            }
        }
    }

    private void RemoveOwner(StoredObject dependent, string uid)
    {
        var body = dependent.Read();
        var owners = body.Array("metadata", "ownerReferences")!;
        foreach (var owner in owners.Objects().Where(o => o.Text("uid") == uid).ToArray())
        {
            owners.Remove(owner);
        }

        ObjectPreparation.DropEmpty(body);
        table.TryReplace(dependent.Collection, body, dependent.Version);
    }

    private void DeleteStored(StoredObject stored, string policy = "Background")
    {
        if (catalog.Versions(stored.Collection) is [var resource, ..] && table.Get(stored.Collection, stored.Namespace, stored.Name) is { } current)
        {
            Delete(resource, current, new DeleteRequest(PropagationPolicy: policy));
        }
    }

    private StoredObject[] Dependents(string uid) => [.. Mentioning(uid)
        .Where(o => o.Read().Array("metadata", "ownerReferences").Objects().Any(owner => owner.Text("uid") == uid))];

    private bool IsAlive(string uid, string? ns = null) =>
        FindUid(uid) is { } owner && (ns is null || owner.Namespace.Length == 0 || owner.Namespace == ns);

    private StoredObject? FindUid(string uid) => Mentioning(uid).FirstOrDefault(o => o.Read().Text("metadata", "uid") == uid);

    private IEnumerable<StoredObject> Mentioning(string uid)
    {
        var bytes = Encoding.UTF8.GetBytes(uid);
        return uid.Length == 0 ? [] : table.Everything().Where(o => o.Json.AsSpan().IndexOf(bytes) >= 0);
    }
}
