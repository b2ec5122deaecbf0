using System.Text.Json.Nodes;

namespace Stash.Core.Injection;

/// <summary>Reads fields of raw objects; what is absent, null or of another type is null.</summary>
internal static class JsonFields
{
    public static JsonObject? Object(this JsonObject? json, string name) => json?[name] as JsonObject;

    public static JsonArray? Array(this JsonObject? json, string name) => json?[name] as JsonArray;

    public static string? Text(this JsonObject? json, string name) =>
        json?[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static long? Number(this JsonObject? json, string name) =>
        json?[name] is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;

    public static bool? Flag(this JsonObject? json, string name) =>
        json?[name] is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    public static IEnumerable<JsonObject> Objects(this JsonObject? json, string name) =>
        json.Array(name)?.OfType<JsonObject>() ?? [];

    public static IEnumerable<string> Texts(this JsonObject? json, string name) =>
        json.Array(name)?.OfType<JsonValue>().Select(value => value.TryGetValue<string>(out var text) ? text : null).OfType<string>() ?? [];
}
