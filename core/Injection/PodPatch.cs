using System.Text.Json.Nodes;

namespace Stash.Core.Injection;

/// <summary>Writes JSON Patch operations (RFC 6902) that only add: what others put into the pod, before or meanwhile, stays.</summary>
internal sealed class PodPatch(PodView pod)
{
    private readonly JsonArray operations = [];

    /// <summary>The operations so far, in order.</summary>
    public JsonArray Operations => operations;

    /// <summary>Appends to a list of the spec; makes the list where there is none.</summary>
    public void Append(string list, IReadOnlyList<JsonObject> entries)
    {
        if (entries.Count == 0)
        {
            return;
        }

        if (pod.Spec[list] is null)
        {
            Add($"/spec/{list}", new JsonArray([.. entries]));
            return;
        }

        foreach (var entry in entries)
        {
            Add($"/spec/{list}/-", entry);
        }
    }

    /// <summary>Sets annotations; makes the map where there is none.</summary>
    public void Annotate(IReadOnlyDictionary<string, string> annotations)
    {
        if (pod.Metadata["annotations"] is null)
        {
            Add("/metadata/annotations", new JsonObject(annotations.Select(one => KeyValuePair.Create(one.Key, (JsonNode?)one.Value))));
            return;
        }

        foreach (var (name, value) in annotations)
        {
            Add("/metadata/annotations/" + Escape(name), value);
        }
    }

    // RFC 6901: ~ before /, or the tilde of ~1 would be escaped again.
    private static string Escape(string token) =>
        token.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    private void Add(string path, JsonNode value) =>
        operations.Add((JsonNode)new JsonObject { ["op"] = "add", ["path"] = path, ["value"] = value });
}
