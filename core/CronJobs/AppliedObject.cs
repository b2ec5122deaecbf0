using System.Text.Json.Nodes;

namespace Stash.Core.CronJobs;

/// <summary>An object as sync applies it and render prints it, and whether a live one already is what it asks for.</summary>
public static class AppliedObject
{
    /// <summary>
    /// On everything sync applies: a hash of what was asked for, without the owner. A live object that has it, and every field asked
    /// for, is left alone; a field that is no longer asked for changes the hash.
    /// </summary>
    public const string HashAnnotation = "stash.appscode.com/applied-hash";

    /// <summary>The canonical form with the hash.</summary>
    public static JsonObject Stamp(JsonObject built)
    {
        var stamped = CanonicalJson.Sorted(built)!.AsObject();
        var metadata = stamped["metadata"]!.AsObject();
        var owners = metadata["ownerReferences"];
        metadata.Remove("ownerReferences");
        var hash = CanonicalJson.Hash(stamped);
        if (metadata["annotations"] is not JsonObject annotations)
        {
            metadata["annotations"] = annotations = [];
        }

        annotations[HashAnnotation] = hash;
        if (owners is not null)
        {
            metadata["ownerReferences"] = owners;
        }

        return CanonicalJson.Sorted(stamped)!.AsObject();
    }

    /// <summary>Whether <paramref name="live"/> has the hash and every field of <paramref name="wanted"/>; what else it has is others'.</summary>
    public static bool IsCurrent(JsonObject wanted, JsonObject live) => wanted
        .Where(field => field.Key is not ("apiVersion" or "kind"))
        .All(field => Holds(live[field.Key], field.Value));

    private static bool Holds(JsonNode? live, JsonNode? wanted) => (live, wanted) switch
    {
        (JsonObject has, JsonObject asked) => asked.All(field => Holds(has[field.Key], field.Value)),
        // An empty object says nothing that Kubernetes' defaults may not fill in or leave out.
        (null, JsonObject { Count: 0 }) => true,
        (JsonArray has, JsonArray asked) => has.Count >= asked.Count && asked.Select((item, i) => Holds(has[i], item)).All(held => held),
        _ => JsonNode.DeepEquals(live, wanted),
    };
}
