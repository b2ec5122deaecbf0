using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Rest;

namespace Stash.LocalCluster.Storage;

/// <summary>The way of an object out of the store: preconditions, grace of pods, finalizers, propagation.</summary>
internal sealed class ObjectDeleter(ObjectTable table, ObjectPreparation preparation, Aftermath aftermath, bool runsPods)
{
    private const int Attempts = 20;

    /// <summary>Deletes an object; the answer is its state: still there with a deletionTimestamp, or its last.</summary>
    /// <exception cref="KubernetesException">404, or 409 on a precondition.</exception>
    public JsonObject Delete(ResourceDefinition resource, string? ns, string name, DeleteRequest request)
    {
        for (var attempt = 1; attempt <= Attempts; attempt++)
        {
            var stored = table.Get(resource.Collection, ns ?? "", name)
                ?? throw ApiErrors.NotFound(resource.Type.Group, resource.Type.Plural, name);
            var body = stored.Read();
            CheckPreconditions(resource, body, request);
            if (TryDelete(resource, stored, body, request))
            {
                return body;
            }
        }

        throw ApiErrors.Stale(resource.Type.Group, resource.Type.Plural, name);
    }

    /// <summary>409 unless the object is the one that is meant.</summary>
    public static void CheckPreconditions(ResourceDefinition resource, JsonObject body, DeleteRequest request)
    {
        Require("UID", "uid", request.Uid);
        Require("ResourceVersion", "resourceVersion", request.ResourceVersion);

        void Require(string label, string field, string? wanted)
        {
            if (wanted is not null && body.Text("metadata", field) is var actual && actual != wanted)
            {
                throw ApiErrors.Conflict(resource.Type.Group, resource.Type.Plural, body.Name(),
                    $"Precondition failed: {label} in precondition: {wanted}, {label} in object meta: {actual}");
            }
        }
    }

    private bool TryDelete(ResourceDefinition resource, StoredObject stored, JsonObject body, DeleteRequest request)
    {
        var metadata = body.Ensure("metadata");
        var uid = metadata.Text("uid");
        switch (request.PropagationPolicy)
        {
            case "Orphan":
                aftermath.OrphanDependents(uid);
                break;
            case "Foreground" when aftermath.HasDependents(uid) && !metadata.Array("finalizers").Strings().Contains("foregroundDeletion"):
                if (metadata.Array("finalizers") is null)
                {
                    metadata["finalizers"] = new JsonArray();
                }

                metadata.Array("finalizers")!.Add("foregroundDeletion");
                break;
        }

        var before = metadata.DeepClone();
        metadata.Default("deletionTimestamp", preparation.Now);
        metadata["deletionGracePeriodSeconds"] = Grace(resource, body, request);
        if (resource.Type is { Group: "", Kind: "Namespace" })
        {
            body.Ensure("status")["phase"] = "Terminating";
        }

        if (Aftermath.MayGo(resource, body))
        {
            if (!table.TryRemove(resource.Collection, body, stored.Version))
            {
                return false;
            }

            aftermath.Removed(resource, body);
            return true;
        }

        if (!JsonNode.DeepEquals(before, metadata) && !table.TryReplace(resource.Collection, body, stored.Version))
        {
            return false;
        }

        if (resource.Type is { Group: "", Kind: "Namespace" })
        {
            aftermath.EmptyNamespace(body.Name());
        }
        else if (request.PropagationPolicy == "Foreground")
        {
            aftermath.CollectDependents(uid, "Foreground");
        }

        return true;
    }

    private long Grace(ResourceDefinition resource, JsonObject body, DeleteRequest request)
    {
        var isRunning = resource.Type is { Group: "", Kind: "Pod" } && runsPods
            && body.Text("spec", "nodeName").Length > 0 && body.Text("status", "phase") is not ("Succeeded" or "Failed");
        if (!isRunning || request.Force)
        {
            return 0;
        }

        var wanted = request.GracePeriodSeconds ?? body.Number("spec", "terminationGracePeriodSeconds") ?? 30;
        return Math.Min(wanted, body.Number("metadata", "deletionGracePeriodSeconds") ?? long.MaxValue);
    }
}
