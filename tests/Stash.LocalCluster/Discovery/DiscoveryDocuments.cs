using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Discovery;

/// <summary>The discovery documents: groups, versions, resources with their verbs.</summary>
internal static class DiscoveryDocuments
{
    private static readonly string[] Verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    /// <summary>Every group.</summary>
    public static JsonObject Groups(ResourceCatalog catalog) => new()
    {
        ["kind"] = "APIGroupList",
        ["apiVersion"] = "v1",
        ["groups"] = new JsonArray([.. catalog.All.Select(d => d.Type.Group).Where(g => g.Length > 0).Distinct(StringComparer.Ordinal)
            .Select(g => (JsonNode?)Group(catalog, g))]),
    };

    /// <summary>One group; null where it is not served.</summary>
    public static JsonObject? Group(ResourceCatalog catalog, string group)
    {
        var members = catalog.All.Where(d => d.Type.Group == group).ToArray();
        if (members.Length == 0)
        {
            return null;
        }

        var versions = members.Select(d => d.Type.Version).Distinct(StringComparer.Ordinal).OrderDescending(VersionOrder.Instance).ToArray();
        return new JsonObject
        {
            ["kind"] = "APIGroup",
            ["apiVersion"] = "v1",
            ["name"] = group,
            ["versions"] = new JsonArray([.. versions.Select(v => (JsonNode?)GroupVersion(group, v))]),
            ["preferredVersion"] = GroupVersion(group, versions[0]),
        };
    }

    /// <summary>The resources of a version; null where it is not served.</summary>
    public static JsonObject? Resources(ResourceCatalog catalog, string group, string version)
    {
        var members = catalog.All.Where(d => d.Type.Group == group && d.Type.Version == version).ToArray();
        return members.Length == 0 ? null : new JsonObject
        {
            ["kind"] = "APIResourceList",
            ["apiVersion"] = "v1",
            ["groupVersion"] = members[0].Type.ApiVersion,
            ["resources"] = new JsonArray([.. members.SelectMany(Entries)]),
        };
    }

    private static IEnumerable<JsonNode?> Entries(ResourceDefinition definition)
    {
        var type = definition.Type;
        var main = Entry(definition, type.Plural, type.Kind, Verbs);
        main["singularName"] = definition.Singular;
        main["shortNames"] = new JsonArray([.. definition.ShortNames.Select(s => (JsonNode?)s)]);
        main["categories"] = new JsonArray([.. definition.Categories.Select(c => (JsonNode?)c)]);
        yield return main;
        if (definition.HasStatus)
        {
            yield return Entry(definition, type.Plural + "/status", type.Kind, ["get", "patch", "update"]);
        }

        if (definition.HasScale)
        {
            var scale = Entry(definition, type.Plural + "/scale", "Scale", ["get", "patch", "update"]);
            scale["group"] = "autoscaling";
            scale["version"] = "v1";
            yield return scale;
        }

        foreach (var (sub, kind, verbs) in Subresources(type.Group, type.Plural))
        {
            yield return Entry(definition, $"{type.Plural}/{sub}", kind, verbs);
        }
    }

    private static (string Sub, string Kind, string[] Verbs)[] Subresources(string group, string plural) => (group, plural) switch
    {
        ("", "pods") => [("log", "Pod", ["get"]), ("exec", "PodExecOptions", ["create", "get"]), ("eviction", "Eviction", ["create"])],
        ("", "serviceaccounts") => [("token", "TokenRequest", ["create"])],
        _ => [],
    };

    private static JsonObject Entry(ResourceDefinition definition, string name, string kind, string[] verbs) => new()
    {
        ["name"] = name,
        ["singularName"] = "",
        ["namespaced"] = definition.Type.Namespaced,
        ["kind"] = kind,
        ["verbs"] = new JsonArray([.. verbs.Select(v => (JsonNode?)v)]),
    };

    private static JsonObject GroupVersion(string group, string version) => new() { ["groupVersion"] = $"{group}/{version}", ["version"] = version };
}
