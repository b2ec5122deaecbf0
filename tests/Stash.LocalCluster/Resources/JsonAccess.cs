using System.Text.Json;
using System.Text.Json.Nodes;

namespace Stash.LocalCluster.Resources;

/// <summary>Reading and writing of raw objects by path, without ever throwing on a wrong type.</summary>
internal static class JsonAccess
{
    /// <summary>The object at a path of property names; null where there is none.</summary>
    public static JsonObject? Object(this JsonNode? node, params ReadOnlySpan<string> path) => Find(node, path) as JsonObject;

    /// <summary>The list at a path; null where there is none.</summary>
    public static JsonArray? Array(this JsonNode? node, params ReadOnlySpan<string> path) => Find(node, path) as JsonArray;

    /// <summary>The string at a path; empty where there is none.</summary>
    public static string Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        Find(node, path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    /// <summary>The whole number at a path; null where there is none.</summary>
    public static long? Number(this JsonNode? node, params ReadOnlySpan<string> path) =>
        Find(node, path) is JsonValue value && value.GetValueKind() == JsonValueKind.Number
            && long.TryParse(value.ToJsonString(), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>Whether the path holds <c>true</c>.</summary>
    public static bool Flag(this JsonNode? node, params ReadOnlySpan<string> path) => Find(node, path)?.GetValueKind() == JsonValueKind.True;

    /// <summary>The node at a path.</summary>
    public static JsonNode? Find(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            node = node is JsonObject map && map.TryGetPropertyValue(name, out var child) ? child : null;
        }

        return node;
    }

    /// <summary>The object under a name, made when missing.</summary>
    public static JsonObject Ensure(this JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject child)
        {
            child = [];
            parent[name] = child;
        }

        return child;
    }

    /// <summary>Sets a property that is missing or null.</summary>
    public static void Default(this JsonObject parent, string name, JsonNode? value)
    {
        if (parent[name] is null)
        {
            parent[name] = value;
        }
    }

    /// <summary>A deep copy with the object's own type.</summary>
    public static JsonObject Copy(this JsonObject value) => (JsonObject)value.DeepClone();

    /// <summary>The objects of a list; nothing where it is none.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonArray? list) => list?.OfType<JsonObject>() ?? [];

    /// <summary>The strings of a list; nothing where it is none.</summary>
    public static IEnumerable<string> Strings(this JsonArray? list) => list?.Select(item => item.Text()) ?? [];

    /// <summary>Name of an object.</summary>
    public static string Name(this JsonObject value) => value.Text("metadata", "name");

    /// <summary>Namespace of an object; empty when cluster-scoped.</summary>
    public static string Namespace(this JsonObject value) => value.Text("metadata", "namespace");

    /// <summary>Reads JSON into an object that is checked to its leaves.</summary>
    /// <exception cref="JsonException">Not an object, or duplicate or malformed properties.</exception>
    public static JsonObject Parse(ReadOnlySpan<byte> utf8) =>
        JsonNode.Parse(utf8, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 200 }) as JsonObject
            ?? throw new JsonException("the body must be a JSON object");
}
