using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Schema;

/// <summary>Defaults of a structural schema: for missing properties, and for nulls where null is not allowed.</summary>
internal static class SchemaDefaults
{
    /// <summary>Fills in the defaults of a value and of everything in it.</summary>
    public static void Apply(JsonObject schema, JsonNode? value)
    {
        switch (value)
        {
            case JsonObject map:
                foreach (var (name, property) in schema.Object("properties") ?? [])
                {
                    if (property is not JsonObject child)
                    {
                        continue;
                    }

                    if (child["default"] is { } fallback && (!map.ContainsKey(name) || (map[name] is null && !child.Flag("nullable"))))
                    {
                        map[name] = fallback.DeepClone();
                    }

                    Apply(child, map[name]);
                }

                if (schema["additionalProperties"] is JsonObject each)
                {
                    foreach (var (name, child) in map)
                    {
                        if (schema.Find("properties", name) is null)
                        {
                            Apply(each, child);
                        }
                    }
                }

                break;
            case JsonArray list when schema.Object("items") is { } items:
                foreach (var item in list)
                {
                    Apply(items, item);
                }

                break;
        }
    }
}
