using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Stash.Webhook.Pods;

/// <summary>
/// Keeps what was made of an object for as long as the API answers with the same uid and resourceVersion. The API is asked for every
/// review all the same: this spares reading and judging what was read and judged already, nothing else.
/// </summary>
/// <param name="capacity">How many objects; past it everything is forgotten.</param>
internal sealed class VersionCache<T>(int capacity)
    where T : class
{
    private readonly ConcurrentDictionary<string, (string Version, T Value)> known = new(StringComparer.Ordinal);

    /// <summary>What was made of this version of the object, else what <paramref name="make"/> makes of it now.</summary>
    public T Get(JsonObject json, Func<JsonObject, T> make)
    {
        if (json["metadata"] is not JsonObject metadata || Text(metadata, "uid") is not { } uid || Text(metadata, "resourceVersion") is not { } version)
        {
            return make(json);
        }

        if (known.TryGetValue(uid, out var kept) && kept.Version == version)
        {
            return kept.Value;
        }

        var made = make(json);
        if (known.Count >= capacity)
        {
            known.Clear();
        }

        known[uid] = (version, made);
        return made;
    }

    private static string? Text(JsonObject json, string name) =>
        json[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
