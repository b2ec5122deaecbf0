using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Tasks;
using Stash.Runner.Run;

namespace Stash.Runner.Tasks;

/// <summary>Looks at the claims that a Task's Job is to mount: whether they are there, and on which node those are that one node only may mount.</summary>
internal sealed class ClaimNodes(IKubernetesClient client, string ns)
{
    /// <summary>The node that the Job's pod must be on; null for any.</summary>
    /// <exception cref="RunFailureException">The target's claim does not exist, or two claims are in use on two nodes.</exception>
    public async Task<string?> FindAsync(BackupConfiguration config, Repository repository, CancellationToken cancellationToken)
    {
        var target = config.Spec.Target?.Ref is { Kind: TaskNames.ClaimKind, Name: { } name } ? name : null;
        var bound = new List<string>();
        foreach (var claim in new[] { target, repository.Spec.Backend?.Local?.VolumeSource.Text("persistentVolumeClaim", "claimName") }.OfType<string>().Distinct(StringComparer.Ordinal))
        {
            var json = await client.FindAsync(ResourceTypes.PersistentVolumeClaims, ns, claim, cancellationToken);
            if (json is null && claim == target)
            {
                throw new RunFailureException(FailureCodes.TargetNotFound, $"there is no {TaskNames.ClaimKind} {claim} in namespace {ns}");
            }

            if (json is not null && IsOfOneNode(json))
            {
                bound.Add(claim);
            }
        }

        return bound.Count == 0 ? null : Choose(bound, await PodsAsync(cancellationToken));
    }

    /// <summary>The node of the pods that use the claims; pure.</summary>
    /// <exception cref="RunFailureException">There are two.</exception>
    public static string? Choose(IReadOnlyList<string> claims, IReadOnlyList<JsonObject> pods)
    {
        var users = (from pod in pods
                     where pod.Text("status", "phase") is not ("Succeeded" or "Failed") && pod.Text("spec", "nodeName") is { Length: > 0 }
                     from claim in pod.Objects("spec", "volumes").Select(volume => volume.Text("persistentVolumeClaim", "claimName"))
                     where claim is not null && claims.Contains(claim, StringComparer.Ordinal)
                     select (Claim: claim, Node: pod.Text("spec", "nodeName")!, Pod: pod.Name())).ToList();
        var other = users.Find(user => user.Node != users[0].Node);
        return other == default
            ? users.Select(user => user.Node).FirstOrDefault()
            : throw new RunFailureException(
                FailureCodes.TaskUnschedulable,
                $"no node can mount both claims: {users[0].Claim} is in use by pod {users[0].Pod} on node {users[0].Node}, and {other.Claim} by pod {other.Pod} on node {other.Node}; use a claim that many nodes may mount, or another backend");
    }

    private static bool IsOfOneNode(JsonObject claim) =>
        (claim.At("spec", "accessModes") as JsonArray ?? []).Select(mode => mode?.ToString()).All(mode => mode is "ReadWriteOnce" or "ReadWriteOncePod");

    private async Task<IReadOnlyList<JsonObject>> PodsAsync(CancellationToken cancellationToken)
    {
        var pods = new List<JsonObject>();
        await foreach (var pod in client.ListAsync(ResourceTypes.Pods, ns, null, cancellationToken))
        {
            pods.Add(pod);
        }

        return pods;
    }
}
