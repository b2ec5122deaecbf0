using Stash.Core.Kubernetes;
using Stash.LocalCluster.Kubelet;

namespace Stash.LocalCluster.Controllers;

/// <summary>ReplicaSet and ReplicationController: as many pods as are wanted.</summary>
internal sealed class ReplicaReconciler(ResourceType type, IObjectStore objects, OwnedPods pods) : IReconciler
{
    /// <inheritdoc/>
    public ResourceType Type => type;

    /// <inheritdoc/>
    public async Task<TimeSpan?> ReconcileAsync(string ns, string name)
    {
        if (objects.Get(type, ns, name) is not { } set || OwnedPods.Leaving(set))
        {
            return null;
        }

        var wanted = (int)(set.Number("spec", "replicas") ?? 1);
        var active = pods.Of(set).Where(OwnedPods.Active).ToList();
        foreach (var surplus in active.OrderBy(OwnedPods.Ready).Take(Math.Max(0, active.Count - wanted)).ToList())
        {
            pods.Delete(surplus);
        }

        for (var count = active.Count; count < wanted; count++)
        {
            await pods.CreateAsync(set, PodTemplate.Pod(set));
        }

        active = [.. pods.Of(set).Where(OwnedPods.Active)];
        var ready = active.Count(OwnedPods.Ready);
        objects.Update(type, ns, name, body =>
        {
            var status = body.Child("status");
            status["observedGeneration"] = body.Number("metadata", "generation");
            status["replicas"] = active.Count;
            status["fullyLabeledReplicas"] = active.Count;
            status["readyReplicas"] = ready;
            status["availableReplicas"] = ready;
        }, "status");
        return null;
    }
}
