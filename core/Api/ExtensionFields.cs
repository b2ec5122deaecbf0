using System.Text.Json;
using System.Text.Json.Nodes;

namespace Stash.Core.Api;

/// <summary>
/// Fields of Kubernetes' own that a record passes on as they stand. On the wire they are a dictionary: .NET 10 writes extension data
/// held in a JsonObject as broken JSON.
/// </summary>
internal static class ExtensionFields
{
    /// <summary>The fields as an object of their own; null when there are none.</summary>
    public static JsonObject? ToObject(Dictionary<string, JsonElement>? fields) =>
        fields is null ? null : new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key, JsonNode.Parse(field.Value.GetRawText()))));

    /// <summary>The fields of an object.</summary>
    public static Dictionary<string, JsonElement>? From(JsonObject? json) =>
        json?.ToDictionary(field => field.Key, field => Element(field.Value), StringComparer.Ordinal);

    private static JsonElement Element(JsonNode? node)
    {
        using var document = JsonDocument.Parse(node?.ToJsonString() ?? "null");
        return document.RootElement.Clone();
    }
}
