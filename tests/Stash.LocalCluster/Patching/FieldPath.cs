using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Patching;

/// <summary>Following the paths of a <see cref="FieldSet"/> into an object.</summary>
internal static class FieldPath
{
    /// <summary>The value at a path; null where there is none.</summary>
    public static JsonNode? Get(JsonObject body, string path, FieldShape shape)
    {
        JsonNode? node = body;
        foreach (var element in FieldSet.Split(path))
        {
            (node, shape) = Step(node, element, shape);
            if (node is null)
            {
                return null;
            }
        }

        return node;
    }

    /// <summary>Removes what lies at a path, and what it leaves empty.</summary>
    public static void Remove(JsonObject body, string path, FieldShape shape) => Remove(body, FieldSet.Split(path), shape);

    /// <summary>How people write a path: <c>.spec.template.spec.containers[name="main"].image</c>.</summary>
    public static string Show(string path) => string.Concat(FieldSet.Split(path).Select(element => element[..2] switch
    {
        "f:" => "." + element[2..],
        "k:" => "[" + string.Join(",", ((JsonObject)JsonNode.Parse(element[2..])!).Select(k => $"{k.Key}={k.Value?.ToJsonString()}")) + "]",
        _ => $"[={element[2..]}]",
    }));

    private static bool Remove(JsonNode? node, ReadOnlySpan<string> path, FieldShape shape)
    {
        var (child, childShape) = Step(node, path[0], shape);
        if (child is null || (path.Length > 1 && !Remove(child, path[1..], childShape)))
        {
            return false;
        }

        switch (node)
        {
            case JsonObject map:
                map.Remove(path[0][2..]);
                return map.Count == 0;
            case JsonArray list:
                list.Remove(child);
                return list.Count == 0;
            default:
                return false;
        }
    }

    private static (JsonNode? Node, FieldShape Shape) Step(JsonNode? node, string element, FieldShape shape) => node switch
    {
        JsonObject map when element.StartsWith("f:", StringComparison.Ordinal) => (map.Find(element[2..]), shape.Property(element[2..])),
        JsonArray list => (list.FirstOrDefault(item => FieldSet.ItemElement(item, shape) == element), shape.Item),
        _ => (null, shape),
    };
}
