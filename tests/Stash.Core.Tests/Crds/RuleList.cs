using System.Text.Json.Nodes;
using Stash.Core.Yaml;

namespace Stash.Core.Tests.Crds;

/// <summary>Every rule and bound that a CRD sets on what users write, one a line: what an API server judged, to be compared with what it would judge now.</summary>
internal static class RuleList
{
    /// <summary>What is no rule: descriptions, and what the records decide.</summary>
    private static readonly string[] NoRules =
    [
        "description", "type", "format", "properties", "items", "additionalProperties", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-int-or-string",
    ];

    /// <summary>The lines of the CRDs in a folder, in order.</summary>
    public static string Of(string folder) => string.Concat(
        Directory.GetFiles(folder, "*.yaml").Order(StringComparer.Ordinal)
            .SelectMany(file => YamlJson.Read(File.ReadAllText(file)))
            .SelectMany(crd => Lines(crd["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject(), $"{crd["spec"]!["names"]!["kind"]} "))
            .Where(line => !line.Contains(" .status", StringComparison.Ordinal))
            .Select(line => line + "\n"));

    private static IEnumerable<string> Lines(JsonObject schema, string path)
    {
        foreach (var (key, value) in schema.Where(one => !NoRules.Contains(one.Key, StringComparer.Ordinal)))
        {
            foreach (var one in key == "x-kubernetes-validations" ? value!.AsArray().Select(rule => rule!["rule"]) : [value])
            {
                yield return $"{path}: {key} {one?.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })}";
            }
        }

        var inner = (schema["properties"] as JsonObject ?? []).Select(field => (Path: $"{path}.{field.Key}", Schema: field.Value!))
            .Concat(new[] { "items", "additionalProperties" }.Where(name => schema[name] is JsonObject).Select(name => (Path: path + "[]", Schema: schema[name]!)));
        foreach (var line in inner.SelectMany(one => Lines(one.Schema.AsObject(), one.Path)))
        {
            yield return line;
        }
    }
}
