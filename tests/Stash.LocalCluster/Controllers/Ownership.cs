using System.Text.Json.Nodes;
using Stash.LocalCluster.Kubelet;

namespace Stash.LocalCluster.Controllers;

/// <summary>Who owns what. Pure.</summary>
internal static class Ownership
{
    /// <summary>The owner reference of the object's controller; null where it has none.</summary>
    public static JsonObject? Controller(JsonObject body) =>
        body.Objects("metadata", "ownerReferences").FirstOrDefault(static owner => owner.Flag("controller"));

    /// <summary>Whether <paramref name="owner"/> controls <paramref name="body"/>.</summary>
    public static bool Controls(JsonObject owner, JsonObject body) => Controller(body).Text("uid") == owner.Uid();

    /// <summary>A reference to a controller.</summary>
    public static JsonObject Reference(JsonObject owner) => new()
    {
        ["apiVersion"] = owner.Text("apiVersion"),
        ["kind"] = owner.Text("kind"),
        ["name"] = owner.Name(),
        ["uid"] = owner.Uid(),
        ["controller"] = true,
        ["blockOwnerDeletion"] = true,
    };
}
