using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Stash.Runner.Run;

/// <summary>Reads fields of objects that stay JSON; what is absent or of another type is null.</summary>
internal static class JsonFields
{
    /// <summary>The node at a path of property names.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            node = (node as JsonObject)?[name];
        }

        return node;
    }

    /// <summary>The string at a path.</summary>
    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>The whole number at a path.</summary>
    public static long? Number(this JsonNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is JsonValue value && value.GetValueKind() == JsonValueKind.Number
        && long.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>The RFC 3339 time at a path.</summary>
    public static DateTimeOffset? Time(this JsonNode? node, params ReadOnlySpan<string> path) =>
        DateTimeOffset.TryParse(node.Text(path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    /// <summary>The objects of the list at a path.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonNode? node, params ReadOnlySpan<string> path) =>
        (node.At(path) as JsonArray)?.OfType<JsonObject>() ?? [];

    /// <summary>metadata.name.</summary>
    public static string Name(this JsonNode node) => node.Text("metadata", "name") ?? "";

    /// <summary>metadata.uid.</summary>
    public static string Uid(this JsonNode node) => node.Text("metadata", "uid") ?? "";

    /// <summary>Status of a condition: <c>True</c>, <c>False</c>, <c>Unknown</c>; null where the object has none of that type.</summary>
    public static string? ConditionStatus(this JsonNode node, string type) =>
        node.Objects("status", "conditions").FirstOrDefault(c => c.Text("type") == type).Text("status");
}
