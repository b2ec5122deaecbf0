using System.Text.Json.Nodes;
using Stash.LocalCluster.Admission;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Storage;

/// <summary>What an API server makes of an object that a conversion webhook gave back (apiextensions-apiserver webhook_converter.go).</summary>
internal static class ConvertedObject
{
    private static readonly (string Field, string[] Path)[] Identity =
        [("kind", ["kind"]), ("name", ["metadata", "name"]), ("namespace", ["metadata", "namespace"]), ("UID", ["metadata", "uid"])];

    /// <summary>The object with the metadata that it had, but for labels and annotations, which alone a conversion may change.</summary>
    /// <exception cref="WebhookException">It is another object, or in another version than was asked for.</exception>
    public static JsonObject Accept(JsonObject original, JsonObject converted, string apiVersion, int index)
    {
        var place = $"returned invalid converted object at index {index}";
        if (converted.Text("apiVersion") is var version && version != apiVersion)
        {
            throw new WebhookException($"{place}: invalid groupVersion (expected {apiVersion}, received {version})");
        }

        foreach (var (field, path) in Identity)
        {
            if (original.Text(path) != converted.Text(path))
            {
                throw new WebhookException($"{place}: must have the same {field}: {original.Text(path)} != {converted.Text(path)}");
            }
        }

        var metadata = original.Object("metadata")!.Copy();
        foreach (var field in (string[])["labels", "annotations"])
        {
            metadata.Remove(field);
            if (converted.Object("metadata", field) is { Count: > 0 } map)
            {
                metadata[field] = map.Copy();
            }
        }

        converted["metadata"] = metadata;
        return converted;
    }
}
