using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Storage;

namespace Stash.LocalCluster.Patching;

/// <summary>metadata.managedFields: who set what.</summary>
internal static class FieldOwnership
{
    /// <summary>Notes after a write that the writer owns what it changed, and that nobody else does.</summary>
    public static void Track(WriteContext context, JsonObject? old, JsonObject result, string? subresource, string now)
    {
        var resource = context.Resource;
        var shape = FieldShape.Of(resource);
        var isStatus = subresource == "status";
        var fields = FieldSet.Of(result, shape, isStatus, resource.HasStatus);
        var before = FieldSet.Of(old ?? [], shape, isStatus, resource.HasStatus);
        var changed = fields.Paths.Where(p => old is null || !JsonNode.DeepEquals(FieldPath.Get(old, p, shape), FieldPath.Get(result, p, shape))).ToHashSet(StringComparer.Ordinal);
        if (changed.Count == 0 && before.Paths.IsSubsetOf(fields.Paths))
        {
            return;
        }

        var managers = ManagedFields.Read(result);
        foreach (var manager in managers)
        {
            var isSelf = manager.Is(context.FieldManager ?? "", context.IsApply, subresource);
            manager.Fields.Paths.RemoveWhere(p => !isSelf && (IsLeafChange(p) || (before.Paths.Contains(p) && !fields.Paths.Contains(p))));
        }

        if (context.FieldManager is { } name)
        {
            var own = managers.Find(m => m.Is(name, context.IsApply, subresource));
            if (own is null)
            {
                own = new ManagedFields(name, context.IsApply, subresource ?? "", resource.Type.ApiVersion, now, new FieldSet());
                managers.Add(own);
            }

            own.Fields.Paths.UnionWith(changed);
            own.Fields.Paths.IntersectWith(fields.Paths);
            own.Time = now;
        }

        ManagedFields.Write(result, managers);

        bool IsLeafChange(string path) => changed.Contains(path) && !FieldSet.Split(path)[^1].StartsWith("k:", StringComparison.Ordinal);
    }

    /// <summary>Gives the owners their old times back when nothing else changed, so that a write that changes nothing is none.</summary>
    public static void KeepTimes(JsonObject old, JsonObject result)
    {
        var (before, after) = (ManagedFields.Read(old), ManagedFields.Read(result));
        foreach (var manager in after)
        {
            var same = before.Find(m => m.Is(manager.Manager, manager.IsApply, manager.Subresource) && m.Fields.Paths.SetEquals(manager.Fields.Paths));
            if (same is not null && JsonNode.DeepEquals(WithoutOwners(old), WithoutOwners(result)))
            {
                manager.Time = same.Time;
            }
        }

        if (after.Count > 0)
        {
            ManagedFields.Write(result, after);
        }
    }

    private static JsonObject WithoutOwners(JsonObject body)
    {
        var copy = body.Copy();
        copy.Object("metadata")?.Remove("managedFields");
        return copy;
    }
}
