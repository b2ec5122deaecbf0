using System.Text.Json.Nodes;

namespace Stash.Core.Tasks;

/// <summary>Binds a pod to a node and leaves it to the scheduler, which still looks at resources, taints and the pod's other volumes; pure.</summary>
internal static class NodeAffinity
{
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";

    /// <summary>Adds the node by name to what the pod requires already: its terms are alternatives, so each of them gets it.</summary>
    public static void Require(JsonObject podSpec, string node)
    {
        var required = Child(Child(Child(podSpec, "affinity"), "nodeAffinity"), Required);
        if (required["nodeSelectorTerms"] is not JsonArray { Count: > 0 } terms)
        {
            terms = [];
            terms.Add((JsonNode)new JsonObject());
            required["nodeSelectorTerms"] = terms;
        }

        foreach (var term in terms.OfType<JsonObject>())
        {
            var fields = term["matchFields"] as JsonArray ?? [];
            fields.Add((JsonNode)new JsonObject { ["key"] = "metadata.name", ["operator"] = "In", ["values"] = new JsonArray(node) });
            term["matchFields"] = fields.Parent is null ? fields : fields.DeepClone();
        }
    }

    private static JsonObject Child(JsonObject parent, string field)
    {
        if (parent[field] is not JsonObject child)
        {
            child = [];
            parent[field] = child;
        }

        return child;
    }
}
