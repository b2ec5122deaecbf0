using Stash.Core.Kubernetes;
using Stash.LocalCluster.Kubelet;

namespace Stash.LocalCluster.Controllers;

/// <summary>DaemonSet: one pod, because there is one node.</summary>
internal sealed class DaemonSetReconciler(IObjectStore objects, OwnedPods pods) : IReconciler
{
    private const string HashLabel = "controller-revision-hash";

    /// <inheritdoc/>
    public ResourceType Type => ResourceTypes.DaemonSets;

    /// <inheritdoc/>
    public async Task<TimeSpan?> ReconcileAsync(string ns, string name)
    {
        if (objects.Get(Type, ns, name) is not { } set || OwnedPods.Leaving(set))
        {
            return null;
        }

        var hash = PodTemplate.Hash(set);
        var all = pods.Of(set);
        var replaces = set.Text("spec", "updateStrategy", "type") != "OnDelete";
        foreach (var outdated in all.Where(pod => !OwnedPods.Active(pod) || (replaces && HashOf(pod) != hash)))
        {
            pods.Delete(outdated);
        }

        all = pods.Of(set);
        if (all.Count == 0)
        {
            var pod = PodTemplate.Pod(set);
            pod.Child("metadata").Child("labels")[HashLabel] = hash;
            await pods.CreateAsync(set, pod);
            all = pods.Of(set);
        }

        var ready = all.Count(static pod => OwnedPods.Active(pod) && OwnedPods.Ready(pod));
        objects.Update(Type, ns, name, body =>
        {
            var status = body.Child("status");
            status["observedGeneration"] = set.Number("metadata", "generation");
            status["desiredNumberScheduled"] = 1;
            status["currentNumberScheduled"] = Math.Min(1, all.Count);
            status["updatedNumberScheduled"] = Math.Min(1, all.Count(pod => HashOf(pod) == hash));
            status["numberReady"] = Math.Min(1, ready);
            status["numberAvailable"] = Math.Min(1, ready);
            status["numberUnavailable"] = 1 - Math.Min(1, ready);
            status["numberMisscheduled"] = 0;
        }, "status");
        return null;

        static string? HashOf(System.Text.Json.Nodes.JsonObject pod) => pod.Text("metadata", "labels", HashLabel);
    }
}
