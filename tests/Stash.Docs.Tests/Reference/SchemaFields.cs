using System.Text.Json.Nodes;

namespace Stash.Docs.Tests.Reference;

/// <summary>A field of a kind, as its CRD has it.</summary>
/// <param name="Path">With <c>[]</c> behind a list and <c>.*</c> for the entries of a map.</param>
/// <param name="Type">Type, and what is allowed where that is a list of words.</param>
/// <param name="Default">As JSON; empty for none.</param>
/// <param name="Required">Whether the object that holds it must have it.</param>
/// <param name="Description">Its description.</param>
public sealed record SchemaField(string Path, string Type, string Default, bool Required, string Description);

/// <summary>Walks a CRD's schema from the top.</summary>
public static class SchemaFields
{
    private static readonly string[] NotOurs = ["apiVersion", "kind", "metadata"];

    public static IEnumerable<SchemaField> Of(JsonObject schema) =>
        Properties(schema, "").Where(field => !NotOurs.Contains(field.Path, StringComparer.Ordinal));

    private static IEnumerable<SchemaField> Properties(JsonObject schema, string path)
    {
        var required = (schema["required"] as JsonArray ?? []).Select(name => (string)name!).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, node) in schema["properties"] as JsonObject ?? [])
        {
            var field = node!.AsObject();
            var here = path.Length == 0 ? name : $"{path}.{name}";
            yield return new SchemaField(here, Type(field), field["default"]?.ToJsonString() ?? "", required.Contains(name), (string?)field["description"] ?? "");
            foreach (var below in Below(field, here))
            {
                yield return below;
            }
        }
    }

    private static IEnumerable<SchemaField> Below(JsonObject field, string path) => field switch
    {
        _ when field["items"] is JsonObject items => Below(items, path + "[]"),
        _ when field["additionalProperties"] is JsonObject entries => Below(entries, path + ".*"),
        _ => Properties(field, path),
    };

    private static string Type(JsonObject field)
    {
        if (field["enum"] is JsonArray words)
        {
            return string.Join(" or ", words.Select(word => $"`{word}`"));
        }

        return ((string?)field["type"], field["items"], field["additionalProperties"]) switch
        {
            ("array", JsonObject items, _) => $"list of {Type(items)}",
            ("object", _, JsonObject entries) => $"map of {Type(entries)}",
            (null, _, _) when (bool?)field["x-kubernetes-int-or-string"] == true => "integer or string",
            (null, _, _) => "any",
            var (type, _, _) => type!,
        };
    }
}
