using System.Text.Json;
using System.Text.Json.Nodes;

namespace Stash.Core.Yaml;

/// <summary>YAML as Kubernetes' tools read and write it (sigs.k8s.io/yaml: YAML 1.1 scalars, JSON's types).</summary>
public static class YamlJson
{
    /// <summary>Reads every document of a stream; empty documents are left out, a <c>List</c> is opened.</summary>
    /// <exception cref="FormatException">Not YAML, or not objects; says line and column.</exception>
    public static IReadOnlyList<JsonObject> Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var objects = new List<JsonObject>();
        foreach (var document in ReadDocuments(text))
        {
            Open(document.Node, $"line {document.Line}, column {document.Column}", objects);
        }

        return objects;
    }

    /// <summary>Writes one document without <c>---</c>; keys in the order they have; strings that YAML would read as something else are quoted.</summary>
    public static string Write(JsonNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        return YamlWriter.Write(node);
    }

    private static List<YamlDocument> ReadDocuments(string text) =>
        text.AsSpan().TrimStart() is ['{', ..] && JsonStream.TryRead(text) is { } documents ? documents : YamlReader.Read(text);

    private static void Open(JsonNode? node, string place, List<JsonObject> objects)
    {
        switch (node)
        {
            case null:
                return;
            case JsonObject list when IsList(list):
                foreach (var item in list["items"]!.AsArray().ToArray())
                {
                    Open(item, place, objects);
                }

                return;
            case JsonObject one:
                one.Parent?.AsArray().Remove(one);
                objects.Add(one);
                return;
            default:
                throw new FormatException($"{place}: a document must be an object with apiVersion and kind, not {Describe(node)}");
        }
    }

    private static bool IsList(JsonObject candidate) =>
        candidate["kind"] is JsonValue kind && kind.GetValueKind() == JsonValueKind.String && kind.GetValue<string>() == "List"
        && candidate["items"] is JsonArray;

    private static string Describe(JsonNode node) => node.GetValueKind() switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.String => "a string",
        JsonValueKind.Number => "a number",
        _ => "a boolean",
    };
}

/// <summary>A document and where it begins.</summary>
internal readonly record struct YamlDocument(JsonNode? Node, long Line, long Column);
