using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Patching;

/// <summary>Strategic merge patch of built-in kinds: lists of objects merge by key, <c>$patch</c> and <c>$deleteFromPrimitiveList</c> count, orders do not.</summary>
internal static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string DeleteFromList = "$deleteFromPrimitiveList/";
    private const string RetainKeys = "$retainKeys";

    /// <summary>The patched copy of an object.</summary>
    public static JsonObject Apply(JsonObject target, JsonObject patch, FieldShape shape)
    {
        var result = patch.Text(Directive) == "replace" ? [] : target.Copy();
        if (patch.Text(Directive) == "delete")
        {
            return [];
        }

        if (patch.Array(RetainKeys) is { } retained)
        {
            foreach (var (name, _) in result.Where(p => !retained.Strings().Contains(p.Key)).ToArray())
            {
                result.Remove(name);
            }
        }

        foreach (var (name, change) in patch)
        {
            if (name.StartsWith(DeleteFromList, StringComparison.Ordinal))
            {
                RemoveScalars(result.Array(name[DeleteFromList.Length..]), change as JsonArray);
            }
            else if (!name.StartsWith('$'))
            {
                ApplyField(result, name, change, shape.Property(name));
            }
        }

        return result;
    }

    private static void ApplyField(JsonObject result, string name, JsonNode? change, FieldShape shape)
    {
        switch (change)
        {
            case null:
                result.Remove(name);
                break;
            case JsonObject map:
                result[name] = Apply(result[name] as JsonObject ?? [], map, shape);
                break;
            case JsonArray list when shape.List == ListKind.Map:
                result[name] = MergeObjects(result[name] as JsonArray ?? [], list, shape);
                break;
            case JsonArray list when shape.List == ListKind.Set:
                var merged = result[name] as JsonArray ?? [];
                foreach (var item in list.Where(i => !merged.Any(m => JsonNode.DeepEquals(m, i))).ToArray())
                {
                    merged.Add(item?.DeepClone());
                }

                result[name] = merged.DeepClone();
                break;
            default:
                result[name] = change.DeepClone();
                break;
        }
    }

    private static JsonArray MergeObjects(JsonArray current, JsonArray changes, FieldShape shape)
    {
        var key = shape.MergeKey;
        var replaces = changes.Objects().Any(c => c.Text(Directive) == "replace" && c[key] is null);
        var items = replaces ? [] : current.Objects().Select(o => o.Copy()).ToList();
        foreach (var change in changes.Objects().Where(c => !(c.Text(Directive) == "replace" && c[key] is null)))
        {
            var index = items.FindIndex(i => JsonNode.DeepEquals(i[key], change[key]));
            if (change.Text(Directive) == "delete")
            {
                items.RemoveAll(i => JsonNode.DeepEquals(i[key], change[key]));
            }
            else if (index >= 0)
            {
                items[index] = Apply(items[index], change, shape.Item);
            }
            else
            {
                items.Add(Apply([], change, shape.Item));
            }
        }

        return new JsonArray([.. items]);
    }

    private static void RemoveScalars(JsonArray? list, JsonArray? gone)
    {
        foreach (var item in list?.Where(i => gone?.Any(g => JsonNode.DeepEquals(g, i)) == true).ToArray() ?? [])
        {
            list!.Remove(item);
        }
    }
}
