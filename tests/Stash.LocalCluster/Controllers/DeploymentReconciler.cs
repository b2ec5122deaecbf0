using System.Globalization;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Kubelet;
using Stash.LocalCluster.Kubelet.Status;

namespace Stash.LocalCluster.Controllers;

/// <summary>Deployment: a ReplicaSet for each template, and the way from one to the next.</summary>
internal sealed class DeploymentReconciler(IObjectStore objects, TimeProvider time) : IReconciler
{
    private const string HashLabel = "pod-template-hash";
    private const string Revision = "deployment.kubernetes.io/revision";

    /// <inheritdoc/>
    public ResourceType Type => ResourceTypes.Deployments;

    /// <inheritdoc/>
    public async Task<TimeSpan?> ReconcileAsync(string ns, string name)
    {
        if (objects.Get(Type, ns, name) is not { } deployment || OwnedPods.Leaving(deployment))
        {
            return null;
        }

        var sets = Sets(deployment);
        var hash = PodTemplate.Hash(deployment);
        var current = sets.Find(set => set.Text("metadata", "labels", HashLabel) == hash);
        if (current is null && !deployment.Flag("spec", "paused"))
        {
            await objects.CreateAsync(ResourceTypes.ReplicaSets, NewSet(deployment, hash, NextRevision(sets)));
            return TimeSpan.Zero;
        }

        var old = sets.Where(set => set != current).ToList();
        if (current is not null)
        {
            Renumber(current, sets, old);
            Roll(deployment, current, old);
            RemoveOld(deployment, old);
        }

        WriteStatus(deployment, hash);
        return null;
    }

    private List<JsonObject> Sets(JsonObject deployment) =>
        [.. objects.List(ResourceTypes.ReplicaSets, deployment.Namespace()).Where(set => Ownership.Controls(deployment, set)).OrderBy(NumberOf)];

    private void Roll(JsonObject deployment, JsonObject current, List<JsonObject> old)
    {
        var wanted = (int)(deployment.Number("spec", "replicas") ?? 1);
        if (deployment.Text("spec", "strategy", "type") == "Recreate")
        {
            old.ForEach(set => Scale(set, 0));
            if (!old.Exists(HasPods))
            {
                Scale(current, wanted);
            }

            return;
        }

        var budget = RolloutBudget.Of(deployment);
        var others = old.Sum(Size);
        Scale(current, Math.Clamp(budget.MostPods - others, Math.Min(Size(current), wanted), wanted));
        var spare = Ready(current) + old.Sum(Ready) - budget.FewestReady;
        foreach (var set in old.Where(static set => Size(set) > 0))
        {
            // Pods that are not ready give nothing up.
            var less = Math.Min(Size(set), Size(set) - Ready(set) + Math.Max(0, spare));
            spare -= Math.Max(0, less - (Size(set) - Ready(set)));
            Scale(set, Size(set) - less);
        }
    }

    private bool HasPods(JsonObject set) => objects.List(ResourceTypes.Pods, set.Namespace()).Any(pod => Ownership.Controls(set, pod));

    private void Scale(JsonObject set, int replicas)
    {
        set["spec"]!["replicas"] = replicas;
        objects.Update(ResourceTypes.ReplicaSets, set.Namespace(), set.Name(), body => body.Child("spec")["replicas"] = replicas);
    }

    private void RemoveOld(JsonObject deployment, List<JsonObject> old)
    {
        var keep = (int)(deployment.Number("spec", "revisionHistoryLimit") ?? 10);
        foreach (var set in old.Where(static set => Size(set) == 0 && (set.Number("status", "replicas") ?? 0) == 0).SkipLast(keep))
        {
            objects.Delete(ResourceTypes.ReplicaSets, set.Namespace(), set.Name());
        }
    }

    private void Renumber(JsonObject current, List<JsonObject> sets, List<JsonObject> old)
    {
        if (old.Exists(set => NumberOf(set) > NumberOf(current)))
        {
            var next = NextRevision(sets);
            objects.Update(ResourceTypes.ReplicaSets, current.Namespace(), current.Name(), body => body.Child("metadata").Child("annotations")[Revision] = next);
        }
    }

    private void WriteStatus(JsonObject deployment, string hash)
    {
        var sets = Sets(deployment);
        var current = sets.Find(set => set.Text("metadata", "labels", HashLabel) == hash);
        var wanted = (int)(deployment.Number("spec", "replicas") ?? 1);
        var total = sets.Sum(static set => (int)(set.Number("status", "replicas") ?? 0));
        var updated = (int)(current.Number("status", "replicas") ?? 0);
        var ready = sets.Sum(Ready);
        var available = ready >= RolloutBudget.Of(deployment).FewestReady;
        var done = updated == wanted && total == wanted && ready == wanted;
        var revision = current.Text("metadata", "annotations", Revision);
        if (revision is not null)
        {
            objects.Update(Type, deployment.Namespace(), deployment.Name(), body => body.Child("metadata").Child("annotations")[Revision] = revision);
        }

        var now = time.GetUtcNow();
        objects.Update(Type, deployment.Namespace(), deployment.Name(), body =>
        {
            var status = body.Child("status");
            status["observedGeneration"] = deployment.Number("metadata", "generation");
            status["replicas"] = total;
            status["updatedReplicas"] = updated;
            status["readyReplicas"] = ready;
            status["availableReplicas"] = ready;
            status["unavailableReplicas"] = Math.Max(0, Math.Max(total, wanted) - ready);
            status["conditions"] = new JsonArray(
                Condition(body, "Available", available, available ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable", now),
                Condition(body, "Progressing", true, done ? "NewReplicaSetAvailable" : "ReplicaSetUpdated", now));
        }, "status");
    }

    private static JsonObject Condition(JsonObject body, string type, bool value, string reason, DateTimeOffset now)
    {
        var condition = PodStatus.Condition(body, type, value, null, null, now);
        condition.Remove("lastProbeTime");
        condition["lastUpdateTime"] = condition.Text("lastTransitionTime");
        condition["reason"] = reason;
        condition["message"] = type == "Available"
            ? value ? "Deployment has minimum availability." : "Deployment does not have minimum availability."
            : reason == "NewReplicaSetAvailable" ? "ReplicaSet has successfully progressed." : "ReplicaSet is progressing.";
        return condition;
    }

    private static JsonObject NewSet(JsonObject deployment, string hash, string revision)
    {
        var template = (JsonObject)deployment.At("spec", "template")!.DeepClone();
        template.Child("metadata").Child("labels")[HashLabel] = hash;
        var selector = (JsonObject?)deployment.At("spec", "selector")?.DeepClone() ?? [];
        selector.Child("matchLabels")[HashLabel] = hash;
        return new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ReplicaSet",
            ["metadata"] = new JsonObject
            {
                ["name"] = $"{deployment.Name()}-{hash}",
                ["namespace"] = deployment.Namespace(),
                ["labels"] = template.At("metadata", "labels")!.DeepClone(),
                ["annotations"] = new JsonObject { [Revision] = revision },
                ["ownerReferences"] = new JsonArray(Ownership.Reference(deployment)),
            },
            ["spec"] = new JsonObject { ["replicas"] = 0, ["selector"] = selector, ["template"] = template },
        };
    }

    private static string NextRevision(List<JsonObject> sets) =>
        (sets.Select(NumberOf).DefaultIfEmpty(0).Max() + 1).ToString(CultureInfo.InvariantCulture);

    private static long NumberOf(JsonObject set) => set.Number("metadata", "annotations", Revision) ?? 0;

    private static int Size(JsonObject set) => (int)(set.Number("spec", "replicas") ?? 1);

    private static int Ready(JsonObject set) => (int)(set.Number("status", "readyReplicas") ?? 0);
}
