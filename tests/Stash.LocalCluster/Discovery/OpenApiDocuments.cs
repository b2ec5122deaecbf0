using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Discovery;

/// <summary>As much OpenAPI v3 as kubectl needs to learn that the server validates fields: paths without schemas.</summary>
internal static class OpenApiDocuments
{
    /// <summary>The documents there are.</summary>
    public static JsonObject Index(ResourceCatalog catalog)
    {
        var paths = new JsonObject();
        foreach (var type in catalog.All.Select(d => d.Type).DistinctBy(t => t.ApiVersion))
        {
            var path = type.Group.Length == 0 ? "api/v1" : $"apis/{type.ApiVersion}";
            paths[path] = new JsonObject { ["serverRelativeURL"] = $"/openapi/v3/{path}" };
        }

        return new JsonObject { ["paths"] = paths };
    }

    /// <summary>A version's document; null where it is not served.</summary>
    public static JsonObject? Document(ResourceCatalog catalog, string group, string version)
    {
        var members = catalog.All.Where(d => d.Type.Group == group && d.Type.Version == version).ToArray();
        return members.Length == 0 ? null : new JsonObject
        {
            ["openapi"] = "3.0.0",
            ["info"] = new JsonObject { ["title"] = "stash-local-cluster", ["version"] = "1" },
            ["paths"] = new JsonObject(members.Select(d => KeyValuePair.Create<string, JsonNode?>(Path(d), Operations(d)))),
            ["components"] = new JsonObject { ["schemas"] = new JsonObject() },
        };
    }

    private static string Path(ResourceDefinition definition)
    {
        var type = definition.Type;
        var root = type.Group.Length == 0 ? "/api/v1" : $"/apis/{type.ApiVersion}";
        return type.Namespaced ? $"{root}/namespaces/{{namespace}}/{type.Plural}/{{name}}" : $"{root}/{type.Plural}/{{name}}";
    }

    private static JsonObject Operations(ResourceDefinition definition) => new()
    {
        ["patch"] = new JsonObject
        {
            ["operationId"] = $"patch{definition.Type.Kind}",
            ["parameters"] = new JsonArray([.. new[] { "dryRun", "fieldManager", "fieldValidation", "force" }.Select(Parameter)]),
            ["responses"] = new JsonObject { ["200"] = new JsonObject { ["description"] = "OK" } },
            ["x-kubernetes-action"] = "patch",
            ["x-kubernetes-group-version-kind"] = new JsonObject
            {
                ["group"] = definition.Type.Group, ["kind"] = definition.Type.Kind, ["version"] = definition.Type.Version,
            },
        },
    };

    private static JsonNode? Parameter(string name) =>
        new JsonObject { ["name"] = name, ["in"] = "query", ["schema"] = new JsonObject { ["type"] = "string" } };
}
