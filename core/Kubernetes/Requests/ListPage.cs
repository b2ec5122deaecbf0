using System.Text.Json.Nodes;

namespace Stash.Core.Kubernetes.Requests;

/// <summary>A page of a list.</summary>
/// <param name="Items">Its objects; apiVersion and kind, which lists leave out, are filled in.</param>
/// <param name="Continue">Where the next page begins; null on the last.</param>
/// <param name="ResourceVersion">The state that the list shows.</param>
internal sealed record ListPage(IReadOnlyList<JsonObject> Items, string? Continue, string? ResourceVersion)
{
    /// <summary>Takes a list apart.</summary>
    public static ListPage From(JsonObject list, ResourceType type)
    {
        var items = new List<JsonObject>();
        if (list["items"] is JsonArray array)
        {
            items.AddRange(array.OfType<JsonObject>());
            array.Clear();
        }

        foreach (var item in items)
        {
            if (!item.ContainsKey("kind"))
            {
                item.Insert(0, "kind", type.Kind);
            }

            if (!item.ContainsKey("apiVersion"))
            {
                item.Insert(0, "apiVersion", type.ApiVersion);
            }
        }

        var metadata = list["metadata"] as JsonObject;
        var next = Text(metadata, "continue");
        return new(items, string.IsNullOrEmpty(next) ? null : next, Text(metadata, "resourceVersion"));
    }

    /// <summary>What makes an object itself within its kind: namespace and name.</summary>
    public static string Key(JsonObject item) =>
        item["metadata"] is JsonObject metadata ? $"{Text(metadata, "namespace")}/{Text(metadata, "name")}" : "/";

    /// <summary>A text of an object's metadata; null where there is none.</summary>
    public static string? Metadata(JsonObject item, string key) => Text(item["metadata"] as JsonObject, key);

    private static string? Text(JsonObject? json, string key) =>
        json?[key] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
