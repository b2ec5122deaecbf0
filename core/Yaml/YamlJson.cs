using System.Text.Json.Nodes;

namespace Stash.Core.Yaml;

/// <summary>YAML as Kubernetes' tools read and write it (sigs.k8s.io/yaml: YAML 1.1 scalars, JSON's types).</summary>
public static class YamlJson
{
    /// <summary>Reads every document of a stream; empty documents are left out, a <c>List</c> is opened.</summary>
    /// <exception cref="FormatException">Not YAML, or not objects; says line and column.</exception>
    public static IReadOnlyList<JsonObject> Read(string text) => throw new NotImplementedException();

    /// <summary>Writes one document without <c>---</c>; keys in the order they have; strings that YAML would read as something else are quoted.</summary>
    public static string Write(JsonNode node) => throw new NotImplementedException();
}
