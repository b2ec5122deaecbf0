using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Rest;
using Stash.LocalCluster.Storage;

namespace Stash.LocalCluster.Patching;

/// <summary>Server-side apply: merge, drop what this manager no longer names, refuse what others own.</summary>
internal static class ServerSideApply
{
    /// <summary>The applied object, its owners set.</summary>
    /// <exception cref="KubernetesException">409 with the conflicts.</exception>
    public static JsonObject Merge(WriteContext context, JsonObject current, JsonObject applied, bool force, string? subresource, string now)
    {
        var resource = context.Resource;
        var shape = FieldShape.Of(resource);
        var manager = context.FieldManager!;
        var isStatus = subresource == "status";
        var managers = ManagedFields.Read(current);
        var fields = FieldSet.Of(applied, shape, isStatus, resource.HasStatus);
        Contest(context, current, applied, force, subresource, managers, fields);

        var own = managers.Find(m => m.Is(manager, apply: true, subresource));
        var result = (JsonObject)MergeNode(current, applied, shape)!;
        var others = managers.Where(m => m != own).ToArray();
        foreach (var path in own?.Fields.Paths.OrderByDescending(p => p.Length) ?? Enumerable.Empty<string>())
        {
            if (!fields.Covers(path) && !others.Any(m => m.Fields.Covers(path)))
            {
                FieldPath.Remove(result, path, shape);
            }
        }

        if (own is null)
        {
            own = new ManagedFields(manager, isApply: true, subresource ?? "", resource.Type.ApiVersion, now, fields);
            managers.Add(own);
        }

        own.Fields = fields;
        own.Time = now;
        ManagedFields.Write(result, managers);
        return result;
    }

    private static void Contest(
        WriteContext context, JsonObject current, JsonObject applied, bool force, string? subresource, List<ManagedFields> managers, FieldSet fields)
    {
        var shape = FieldShape.Of(context.Resource);
        var causes = new List<(string Manager, string Path)>();
        foreach (var other in managers.Where(m => !m.Is(context.FieldManager!, apply: true, subresource)))
        {
            var contested = other.Fields.Paths.Where(p => fields.Paths.Contains(p) && !FieldSet.Split(p)[^1].StartsWith("k:", StringComparison.Ordinal)
                && !JsonNode.DeepEquals(FieldPath.Get(current, p, shape), FieldPath.Get(applied, p, shape))).ToArray();
            if (force)
            {
                other.Fields.Paths.ExceptWith(contested);
            }
            else
            {
                causes.AddRange(contested.Select(p => ($"\"{other.Manager}\"" + (other.IsApply ? "" : " using " + current.Text("apiVersion")), FieldPath.Show(p))));
            }
        }

        if (causes.Count == 0)
        {
            return;
        }

        var list = string.Join(", ", causes.Select(c => c.Manager).Distinct(StringComparer.Ordinal).Select(m =>
            $"conflicts with {m}:\n- {string.Join("\n- ", causes.Where(c => c.Manager == m).Select(c => c.Path))}"));
        var noun = causes.Count == 1 ? "conflict" : "conflicts";
        throw ApiErrors.Make(409, "Conflict", $"Apply failed with {causes.Count} {noun}: {list}", causes: new JsonArray([.. causes.Select(c =>
            (JsonNode?)new JsonObject { ["reason"] = "FieldManagerConflict", ["message"] = $"conflict with {c.Manager}", ["field"] = c.Path })]));
    }

    private static JsonNode? MergeNode(JsonNode? current, JsonNode? applied, FieldShape shape)
    {
        switch (current, applied)
        {
            case (JsonObject live, JsonObject wanted) when !shape.IsAtomicMap:
                var result = live.Copy();
                foreach (var (name, value) in wanted)
                {
                    result[name] = MergeNode(result[name], value, shape.Property(name));
                }

                return result;
            case (JsonArray live, JsonArray wanted) when shape.List != ListKind.Atomic:
                var items = live.Select(i => i?.DeepClone()).ToList();
                foreach (var item in wanted)
                {
                    var element = FieldSet.ItemElement(item, shape);
                    var index = items.FindIndex(i => FieldSet.ItemElement(i, shape) == element);
                    if (index < 0)
                    {
                        items.Add(item?.DeepClone());
                    }
                    else
                    {
                        items[index] = MergeNode(items[index], item, shape.Item);
                    }
                }

                return new JsonArray([.. items]);
            default:
                return applied?.DeepClone();
        }
    }
}
