using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Defaults;

/// <summary>The status that an object has when it comes.</summary>
internal static class InitialStatus
{
    /// <summary>Replaces what the client sent, which does not count.</summary>
    public static void Set(ResourceDefinition resource, JsonObject body, string now)
    {
        if (!resource.HasStatus)
        {
            return;
        }

        body.Remove("status");
        JsonObject? status = (resource.Type.Group, resource.Type.Kind) switch
        {
            ("", "Pod") => new JsonObject { ["phase"] = "Pending", ["qosClass"] = "BestEffort" },
            ("", "Namespace") => new JsonObject { ["phase"] = "Active" },
            ("", "PersistentVolumeClaim") => Bound(body),
            ("apiextensions.k8s.io", _) => Established(body, now),
            ("apps", _) => new JsonObject(),
            ("batch", _) => new JsonObject(),
            _ => null,
        };
        if (status is not null)
        {
            body["status"] = status;
        }
    }

    /// <summary>The status of a CustomResourceDefinition, true at once.</summary>
    public static JsonObject Established(JsonObject crd, string now) => new()
    {
        ["acceptedNames"] = crd.Object("spec", "names")?.DeepClone(),
        ["storedVersions"] = new JsonArray(crd.Array("spec", "versions").Objects().FirstOrDefault(v => v.Flag("storage")).Text("name")),
        ["conditions"] = new JsonArray(Condition("NamesAccepted", "NoConflicts", now), Condition("Established", "InitialNamesAccepted", now)),
    };

    private static JsonObject Bound(JsonObject claim) => new()
    {
        ["phase"] = "Bound",
        ["accessModes"] = claim.Array("spec", "accessModes")?.DeepClone(),
        ["capacity"] = claim.Object("spec", "resources", "requests")?.DeepClone(),
    };

    private static JsonObject Condition(string type, string reason, string now) => new()
    {
        ["type"] = type,
        ["status"] = "True",
        ["reason"] = reason,
        ["message"] = reason,
        ["lastTransitionTime"] = now,
    };
}
