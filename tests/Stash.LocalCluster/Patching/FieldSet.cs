using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Patching;

/// <summary>
/// A set of paths into an object, as managedFields hold it: elements <c>f:name</c>, <c>k:{...}</c>, <c>v:value</c>. Members are leaves,
/// atomic values and the items of keyed lists.
/// </summary>
internal sealed class FieldSet
{
    private const char Separator = '\u0001';

    /// <summary>The paths, elements joined.</summary>
    public HashSet<string> Paths { get; } = new(StringComparer.Ordinal);

    /// <summary>Elements of a path.</summary>
    public static string[] Split(string path) => path.Split(Separator);

    /// <summary>Whether a path is a member or has members below it.</summary>
    public bool Covers(string path) => Paths.Contains(path) || Paths.Any(p => p.StartsWith(path + Separator, StringComparison.Ordinal));

    /// <summary>The fields that an object sets.</summary>
    /// <param name="body">The object.</param>
    /// <param name="shape">Its shape.</param>
    /// <param name="isStatus">Only the status, else all but the status.</param>
    /// <param name="hasStatus">Whether the status is a part of its own.</param>
    public static FieldSet Of(JsonObject body, FieldShape shape, bool isStatus, bool hasStatus)
    {
        var set = new FieldSet();
        foreach (var (name, value) in body)
        {
            if (name is "apiVersion" or "kind" || (isStatus ? name != "status" : hasStatus && name == "status"))
            {
                continue;
            }

            if (name != "metadata")
            {
                set.Add($"f:{name}", value, shape.Property(name));
                continue;
            }

            foreach (var (field, metadata) in value as JsonObject ?? [])
            {
                if (field is "labels" or "annotations" or "finalizers" or "ownerReferences")
                {
                    set.Add($"f:metadata{Separator}f:{field}", metadata, shape.Property(name).Property(field));
                }
            }
        }

        return set;
    }

    /// <summary>Reads fieldsV1.</summary>
    public static FieldSet Read(JsonObject? fields)
    {
        var set = new FieldSet();
        Walk(fields ?? [], "");
        return set;

        void Walk(JsonObject node, string path)
        {
            foreach (var (element, child) in node)
            {
                if (element == ".")
                {
                    set.Paths.Add(path);
                    continue;
                }

                var below = path.Length == 0 ? element : path + Separator + element;
                if (child is JsonObject { Count: > 0 } map)
                {
                    Walk(map, below);
                }
                else
                {
                    set.Paths.Add(below);
                }
            }
        }
    }

    /// <summary>Writes fieldsV1.</summary>
    public JsonObject Write()
    {
        var root = new JsonObject();
        foreach (var path in Paths.Order(StringComparer.Ordinal))
        {
            var node = root;
            foreach (var element in Split(path))
            {
                node = node.Ensure(element);
            }

            if (Paths.Any(p => p.StartsWith(path + Separator, StringComparison.Ordinal)))
            {
                node["."] = new JsonObject();
            }
        }

        return root;
    }

    /// <summary>The element that stands for an item of a list.</summary>
    public static string ItemElement(JsonNode? item, FieldShape list)
    {
        if (list.List == ListKind.Set)
        {
            return "v:" + (item?.ToJsonString() ?? "null");
        }

        var keys = list.Keys.Order(StringComparer.Ordinal)
            .Select(k => KeyValuePair.Create(k, item.Find(k)?.DeepClone() ?? list.DefaultKey(k)))
            .Where(k => k.Value is not null);
        return "k:" + new JsonObject(keys).ToJsonString();
    }

    private void Add(string path, JsonNode? value, FieldShape shape)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } map when !shape.IsAtomicMap:
                foreach (var (name, child) in map)
                {
                    Add($"{path}{Separator}f:{name}", child, shape.Property(name));
                }

                break;
            case JsonArray { Count: > 0 } list when shape.List != ListKind.Atomic:
                foreach (var item in list)
                {
                    var below = path + Separator + ItemElement(item, shape);
                    Paths.Add(below);
                    foreach (var (name, child) in item as JsonObject ?? [])
                    {
                        Add($"{below}{Separator}f:{name}", child, shape.Item.Property(name));
                    }
                }

                break;
            default:
                Paths.Add(path);
                break;
        }
    }
}
