using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Rest;

namespace Stash.LocalCluster.Schema;

/// <summary>A CustomResourceDefinition's structural schema: defaults, pruning and validation of its objects. CEL rules are not evaluated.</summary>
internal sealed class StructuralSchema(JsonObject root)
{
    private static readonly string[] RootFields = ["apiVersion", "kind", "metadata"];

    /// <summary>The schema itself.</summary>
    public JsonObject Root => root;

    /// <summary>Fills in defaults.</summary>
    public void ApplyDefaults(JsonObject body) => SchemaDefaults.Apply(root, body);

    /// <summary>Drops fields that the schema does not know; returns their paths.</summary>
    public IReadOnlyList<string> Prune(JsonObject body)
    {
        var dropped = new List<string>();
        PruneNode(root, body, "", isResource: true, dropped);
        return dropped;
    }

    /// <summary>Every fault of an object.</summary>
    public IReadOnlyList<FieldFault> Validate(JsonObject body)
    {
        var faults = new List<FieldFault>();
        SchemaValidation.Check(root, body, "", faults);
        return faults;
    }

    private static void PruneNode(JsonObject schema, JsonNode? value, string path, bool isResource, List<string> dropped)
    {
        if (value is JsonArray list)
        {
            if (schema.Object("items") is { } items)
            {
                for (var i = 0; i < list.Count; i++)
                {
                    PruneNode(items, list[i], $"{path}[{i}]", isResource: false, dropped);
                }
            }

            return;
        }

        if (value is not JsonObject map)
        {
            return;
        }

        var keep = schema.Flag("x-kubernetes-preserve-unknown-fields");
        var isEmbedded = isResource || schema.Flag("x-kubernetes-embedded-resource");
        var properties = schema.Object("properties");
        var additional = schema["additionalProperties"];
        foreach (var (name, child) in map.ToArray())
        {
            var childPath = path.Length == 0 ? name : $"{path}.{name}";
            if (isEmbedded && RootFields.Contains(name))
            {
                continue;
            }

            if (properties.Object(name) is { } property)
            {
                PruneNode(property, child, childPath, isResource: false, dropped);
            }
            else if (additional is JsonObject anything)
            {
                PruneNode(anything, child, childPath, isResource: false, dropped);
            }
            else if (!keep && !(additional?.GetValueKind() == System.Text.Json.JsonValueKind.True))
            {
                map.Remove(name);
                dropped.Add(childPath);
            }
        }
    }
}
