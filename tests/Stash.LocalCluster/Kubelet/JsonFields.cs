using System.Globalization;
using System.Text.Json.Nodes;

namespace Stash.LocalCluster.Kubelet;

/// <summary>Reads fields of objects that were validated by the API: what is missing is null, never an exception.</summary>
internal static class JsonFields
{
    /// <summary>The node at a path of property names; null where a step is missing.</summary>
    public static JsonNode? At(this JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var step in path)
        {
            node = (node as JsonObject)?[step];
        }

        return node;
    }

    /// <summary>A string, or the text of a number or boolean.</summary>
    public static string? Text(this JsonNode? node, params ReadOnlySpan<string> path) => (node.At(path) as JsonValue)?.ToString();

    /// <summary>An integer, also when it was written as a string.</summary>
    public static long? Number(this JsonNode? node, params ReadOnlySpan<string> path) =>
        long.TryParse(node.Text(path), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>A boolean; false where it is missing.</summary>
    public static bool Flag(this JsonNode? node, params ReadOnlySpan<string> path) => node.FlagOrNull(path) ?? false;

    /// <summary>A boolean; null where it is missing.</summary>
    public static bool? FlagOrNull(this JsonNode? node, params ReadOnlySpan<string> path) =>
        (node.At(path) as JsonValue)?.TryGetValue<bool>(out var value) is true ? value : null;

    /// <summary>The objects of an array.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonNode? node, params ReadOnlySpan<string> path) =>
        (node.At(path) as JsonArray)?.OfType<JsonObject>() ?? [];

    /// <summary>The strings of an array.</summary>
    public static IReadOnlyList<string> Texts(this JsonNode? node, params ReadOnlySpan<string> path) =>
        [.. ((node.At(path) as JsonArray) ?? []).Select(static item => item?.ToString() ?? "")];

    /// <summary>The string properties of an object.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Entries(this JsonNode? node, params ReadOnlySpan<string> path) =>
        ((node.At(path) as JsonObject) ?? []).Select(static pair => KeyValuePair.Create(pair.Key, pair.Value?.ToString() ?? ""));

    /// <summary>metadata.namespace.</summary>
    public static string Namespace(this JsonObject body) => body.Text("metadata", "namespace") ?? "default";

    /// <summary>metadata.name.</summary>
    public static string Name(this JsonObject body) => body.Text("metadata", "name") ?? "";

    /// <summary>metadata.uid.</summary>
    public static string Uid(this JsonObject body) => body.Text("metadata", "uid") ?? "";

    /// <summary>The property as an object, made where it is missing.</summary>
    public static JsonObject Child(this JsonObject body, string name)
    {
        if (body[name] is JsonObject child)
        {
            return child;
        }

        child = [];
        body[name] = child;
        return child;
    }

    /// <summary>A time as metav1.Time is written: whole seconds, UTC.</summary>
    public static string Stamp(this DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>A metav1.Time; null where it is missing.</summary>
    public static DateTimeOffset? Time(this JsonNode? node, params ReadOnlySpan<string> path) =>
        DateTimeOffset.TryParse(node.Text(path), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value) ? value : null;
}
