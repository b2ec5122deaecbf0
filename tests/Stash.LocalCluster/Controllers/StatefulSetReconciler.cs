using System.Globalization;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Kubelet;

namespace Stash.LocalCluster.Controllers;

/// <summary>StatefulSet: numbered pods, each with its own claims, made in order and replaced from the last to the first.</summary>
internal sealed class StatefulSetReconciler(IObjectStore objects, OwnedPods pods) : IReconciler
{
    private const string RevisionLabel = "controller-revision-hash";

    /// <inheritdoc/>
    public ResourceType Type => ResourceTypes.StatefulSets;

    /// <inheritdoc/>
    public async Task<TimeSpan?> ReconcileAsync(string ns, string name)
    {
        if (objects.Get(Type, ns, name) is not { } set || OwnedPods.Leaving(set))
        {
            return null;
        }

        var revision = $"{name}-{PodTemplate.Hash(set)}";
        if (await FillAsync(set, revision) && Shrink(set))
        {
            Update(set, revision);
        }

        WriteStatus(set, revision);
        return null;
    }

    /// <summary>Makes what is missing; false while an ordered set waits for a pod.</summary>
    private async Task<bool> FillAsync(JsonObject set, string revision)
    {
        var parallel = set.Text("spec", "podManagementPolicy") == "Parallel";
        var complete = true;
        foreach (var ordinal in Ordinals(set))
        {
            var pod = objects.Get(ResourceTypes.Pods, set.Namespace(), PodName(set, ordinal));
            if (pod is null)
            {
                await ClaimsAsync(set, ordinal);
                await pods.CreateAsync(set, NumberedPod.Make(set, ordinal, revision));
            }
            else if (pod.Text("status", "phase") is "Succeeded" or "Failed")
            {
                pods.Delete(pod);
            }
            else if (!OwnedPods.Leaving(pod) && OwnedPods.Ready(pod))
            {
                continue;
            }

            complete = false;
            if (!parallel)
            {
                return false;
            }
        }

        return complete;
    }

    /// <summary>Removes the highest surplus pod; false while one is leaving.</summary>
    private bool Shrink(JsonObject set)
    {
        var names = Ordinals(set).Select(ordinal => PodName(set, ordinal)).ToHashSet(StringComparer.Ordinal);
        var surplus = pods.Of(set).Where(pod => !names.Contains(pod.Name())).OrderByDescending(OrdinalOf).ToList();
        if (surplus.Count > 0)
        {
            pods.Delete(surplus[0]);
        }

        return surplus.Count == 0;
    }

    private void Update(JsonObject set, string revision)
    {
        if (set.Text("spec", "updateStrategy", "type") == "OnDelete")
        {
            return;
        }

        var partition = (int)(set.Number("spec", "updateStrategy", "rollingUpdate", "partition") ?? 0);
        var outdated = pods.Of(set).Where(pod => OrdinalOf(pod) >= partition && pod.Text("metadata", "labels", RevisionLabel) != revision);
        if (outdated.MaxBy(OrdinalOf) is { } next)
        {
            pods.Delete(next);
        }
    }

    private async Task ClaimsAsync(JsonObject set, int ordinal)
    {
        foreach (var template in set.Objects("spec", "volumeClaimTemplates"))
        {
            var name = NumberedPod.ClaimName(set, template, ordinal);
            if (objects.Get(NodeObjects.Claims, set.Namespace(), name) is null)
            {
                var claim = (JsonObject)template.DeepClone();
                var metadata = claim.Child("metadata");
                metadata["name"] = name;
                metadata["namespace"] = set.Namespace();
                metadata["labels"] = set.At("spec", "selector", "matchLabels")?.DeepClone();
                claim["apiVersion"] = "v1";
                claim["kind"] = "PersistentVolumeClaim";
                claim.Remove("status");
                await objects.CreateAsync(NodeObjects.Claims, claim);
            }
        }
    }

    private void WriteStatus(JsonObject set, string revision)
    {
        var all = pods.Of(set);
        var active = all.Where(OwnedPods.Active).ToList();
        var ready = active.Count(OwnedPods.Ready);
        var updated = active.Count(pod => pod.Text("metadata", "labels", RevisionLabel) == revision);
        objects.Update(Type, set.Namespace(), set.Name(), body =>
        {
            var status = body.Child("status");
            var done = updated == all.Count && updated == (set.Number("spec", "replicas") ?? 1);
            status["observedGeneration"] = set.Number("metadata", "generation");
            status["replicas"] = all.Count;
            status["readyReplicas"] = ready;
            status["availableReplicas"] = ready;
            status["updateRevision"] = revision;
            status["currentRevision"] = done ? revision : status.Text("currentRevision") ?? revision;
            status["updatedReplicas"] = updated;
            status["currentReplicas"] = done ? updated : all.Count - updated;
        }, "status");
    }

    private static IEnumerable<int> Ordinals(JsonObject set) =>
        Enumerable.Range((int)(set.Number("spec", "ordinals", "start") ?? 0), (int)(set.Number("spec", "replicas") ?? 1));

    private static string PodName(JsonObject set, int ordinal) => string.Create(CultureInfo.InvariantCulture, $"{set.Name()}-{ordinal}");

    private static int OrdinalOf(JsonObject pod) => int.Parse(pod.Name().Split('-')[^1], CultureInfo.InvariantCulture);
}
