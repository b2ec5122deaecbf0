using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Runner.Logging;
using Microsoft.Extensions.Logging;

namespace Stash.Runner.Run;

/// <summary>Finds the workload that is backed up and those of its pods that a backup can begin in.</summary>
internal sealed class Targets(IKubernetesClient client, TimeProvider time, RunLimits limits, ILogger log)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private static readonly ResourceType[] Kinds =
    [
        ResourceTypes.Deployments, ResourceTypes.StatefulSets, ResourceTypes.DaemonSets, ResourceTypes.ReplicaSets,
        ResourceTypes.ReplicationControllers, ResourceTypes.Jobs,
    ];

    /// <summary>Whether an object of the kind has pods of its own.</summary>
    public static bool HasPods(string? kind) => Array.Exists(Kinds, k => k.Kind == kind);

    /// <summary>What a session's status tells of: the target, or the Task where that needs none.</summary>
    public static TargetReference? Of(BackupConfiguration config) => config.Spec is { Task: { } task, Target: null }
        ? new TargetReference { ApiVersion = StashApi.V1Beta1, Kind = TaskDefinition.KindName, Name = task.Name }
        : config.Spec.Target?.Ref;

    /// <summary>Reads the workload.</summary>
    /// <exception cref="RunFailureException">There is none, or its kind cannot be backed up.</exception>
    public async Task<JsonObject> WorkloadAsync(TargetReference target, string ns, CancellationToken cancellationToken)
    {
        var type = Array.Find(Kinds, k => k.Kind == target.Kind) ?? throw new RunFailureException(
            FailureCodes.NotSupported,
            $"target.ref.kind {target.Kind} cannot be backed up by a sidecar; it may be one of {string.Join(", ", Kinds.Select(k => k.Kind))}");
        var workload = await client.FindAsync(type, ns, target.Name ?? "", cancellationToken) ?? throw new RunFailureException(
            FailureCodes.TargetNotFound, $"there is no {target.Kind} {target.Name} in namespace {ns}");
        workload["kind"] ??= type.Kind;
        return workload;
    }

    /// <summary>Chooses the pods; waits, within <see cref="RunLimits.Pods"/>, for those that are on their way.</summary>
    public async Task<PodChoice> ChooseAsync(JsonObject workload, string? alias, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (var first = true; ; first = false)
        {
            var choice = PodSelection.Choose(workload, await PodsAsync(workload, cancellationToken), alias);
            if (!choice.Waiting || time.GetElapsedTime(began) >= limits.Pods)
            {
                return choice;
            }

            if (first)
            {
                log.WaitingForPods((choice.None ?? choice.Failures.Values.First()).Message);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>The workload's pods: by its selector, and owned by it (a Deployment's through its ReplicaSets).</summary>
    public async Task<IReadOnlyList<JsonObject>> PodsAsync(JsonObject workload, CancellationToken cancellationToken)
    {
        if (LabelSelectorText.Of(workload) is not { } selector)
        {
            return [];
        }

        var ns = workload.Text("metadata", "namespace");
        var options = new ListOptions { LabelSelector = selector };
        HashSet<string> owners = [workload.Uid()];
        if (workload.Text("kind") == "Deployment")
        {
            await foreach (var set in client.ListAsync(ResourceTypes.ReplicaSets, ns, options, cancellationToken))
            {
                if (IsOwnedBy(set, owners))
                {
                    owners.Add(set.Uid());
                }
            }
        }

        var pods = new List<JsonObject>();
        await foreach (var pod in client.ListAsync(ResourceTypes.Pods, ns, options, cancellationToken))
        {
            if (IsOwnedBy(pod, owners))
            {
                pods.Add(pod);
            }
        }

        return pods;
    }

    private static bool IsOwnedBy(JsonObject dependent, HashSet<string> owners) =>
        dependent.Objects("metadata", "ownerReferences")
            .Any(o => o.At("controller")?.GetValueKind() == System.Text.Json.JsonValueKind.True && owners.Contains(o.Text("uid") ?? ""));
}
