using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Kubelet;

namespace Stash.LocalCluster.Controllers;

/// <summary>The pods of a workload.</summary>
internal sealed class OwnedPods(IObjectStore objects, EventRecorder events)
{
    /// <summary>All of them, oldest first.</summary>
    public List<JsonObject> Of(JsonObject owner) =>
    [
        .. objects.List(ResourceTypes.Pods, owner.Namespace())
            .Where(pod => Ownership.Controls(owner, pod))
            .OrderBy(static pod => pod.Time("metadata", "creationTimestamp")),
    ];

    /// <summary>Creates one; a refusal becomes an Event and is thrown on, to be tried again.</summary>
    public async Task CreateAsync(JsonObject owner, JsonObject pod)
    {
        try
        {
            await objects.CreateAsync(ResourceTypes.Pods, pod);
        }
        catch (KubernetesException refused) when (refused.Reason != "AlreadyExists")
        {
            await events.RecordAsync(owner, "Warning", "FailedCreate", $"Error creating: {refused.Message}");
            throw;
        }
    }

    /// <summary>Deletes one that is not on its way out already.</summary>
    public void Delete(JsonObject pod)
    {
        if (!Leaving(pod))
        {
            objects.Delete(ResourceTypes.Pods, pod.Namespace(), pod.Name());
        }
    }

    /// <summary>Neither ended nor on its way out.</summary>
    public static bool Active(JsonObject pod) => !Leaving(pod) && pod.Text("status", "phase") is not ("Succeeded" or "Failed");

    /// <summary>Has a deletionTimestamp.</summary>
    public static bool Leaving(JsonObject pod) => pod.Text("metadata", "deletionTimestamp") is not null;

    /// <summary>Condition Ready.</summary>
    public static bool Ready(JsonObject pod) =>
        pod.Objects("status", "conditions").Any(static one => one.Text("type") == "Ready" && one.Text("status") == "True");
}
