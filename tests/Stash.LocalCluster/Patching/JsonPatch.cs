using System.Globalization;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Patching;

/// <summary>JSON patch, RFC 6902, on RFC 6901 pointers; as strict as the API server's: a path that leads nowhere fails.</summary>
internal static class JsonPatch
{
    /// <summary>The patched copy of a document.</summary>
    /// <exception cref="FormatException">An operation is malformed or cannot be applied.</exception>
    public static JsonNode? Apply(JsonNode? document, JsonArray operations)
    {
        var root = document?.DeepClone();
        foreach (var operation in operations.Select(o => o as JsonObject ?? throw new FormatException("an operation must be an object")))
        {
            var path = Pointer(operation, "path");
            switch (operation.Text("op"))
            {
                case "add":
                    Add(ref root, path, Value(operation));
                    break;
                case "remove":
                    Remove(ref root, path);
                    break;
                case "replace":
                    Remove(ref root, path);
                    Add(ref root, path, Value(operation));
                    break;
                case "move":
                    var from = Pointer(operation, "from");
                    var moved = Get(root, from)?.DeepClone();
                    Remove(ref root, from);
                    Add(ref root, path, moved);
                    break;
                case "copy":
                    Add(ref root, path, Get(root, Pointer(operation, "from"))?.DeepClone());
                    break;
                case "test":
                    if (!JsonNode.DeepEquals(Get(root, path), Value(operation)))
                    {
                        throw new FormatException($"testing value {operation.Text("path")} failed: test failed");
                    }

                    break;
                case var other:
                    throw new FormatException($"Unexpected kind: {other}");
            }
        }

        return root;
    }

    private static JsonNode? Value(JsonObject operation) => operation.TryGetPropertyValue("value", out var value)
        ? value?.DeepClone()
        : throw new FormatException($"the {operation.Text("op")} operation at {operation.Text("path")} must have a value");

    private static string[] Pointer(JsonObject operation, string name)
    {
        var text = operation[name] is JsonValue value && value.TryGetValue<string>(out var pointer)
            ? pointer
            : throw new FormatException($"an operation must have a {name}");
        if (text.Length > 0 && text[0] != '/')
        {
            throw new FormatException($"{name} \"{text}\" must be empty or begin with /");
        }

        return [.. text.Split('/').Skip(1).Select(t => t.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
    }

    private static JsonNode? Get(JsonNode? node, ReadOnlySpan<string> path)
    {
        foreach (var token in path)
        {
            node = node switch
            {
                JsonObject map when map.TryGetPropertyValue(token, out var child) => child,
                JsonArray list => list[Index(list, token, list.Count - 1)],
                _ => throw Missing(token),
            };
        }

        return node;
    }

    private static void Add(ref JsonNode? root, string[] path, JsonNode? value)
    {
        if (path.Length == 0)
        {
            root = value;
            return;
        }

        switch (Get(root, path.AsSpan(..^1)))
        {
            case JsonObject map:
                map[path[^1]] = value;
                break;
            case JsonArray list:
                list.Insert(path[^1] == "-" ? list.Count : Index(list, path[^1], list.Count), value);
                break;
            default:
                throw Missing(path[^1]);
        }
    }

    private static void Remove(ref JsonNode? root, string[] path)
    {
        if (path.Length == 0)
        {
            root = null;
            return;
        }

        switch (Get(root, path.AsSpan(..^1)))
        {
            case JsonObject map when map.ContainsKey(path[^1]):
                map.Remove(path[^1]);
                break;
            case JsonArray list:
                list.RemoveAt(Index(list, path[^1], list.Count - 1));
                break;
            default:
                throw Missing(path[^1]);
        }
    }

    private static int Index(JsonArray list, string token, int last) =>
        int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && (token == "0" || token[0] != '0') && index <= last
            ? index
            : throw new FormatException($"invalid index \"{token}\" in a list of {list.Count}");

    private static FormatException Missing(string token) => new($"path leads nowhere at \"{token}\": missing value");
}
