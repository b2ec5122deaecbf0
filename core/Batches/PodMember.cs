using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Injection;

namespace Stash.Core.Batches;

/// <summary>Finds the member of a BackupBatch whose workload a pod is of; pure.</summary>
public static class PodMember
{
    private const string TemplateHash = "pod-template-hash";

    /// <summary>The member whose <c>target.ref</c> names the pod's owner; null when none does.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="pod">The pod as it is created: a Deployment's is known by its ReplicaSet's name, a CronJob's by its Job's.</param>
    public static BackupConfiguration? Find(BackupBatch batch, JsonObject pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        var hash = pod.Object("metadata").Object("labels").Text(TemplateHash);
        return pod.Object("metadata").Objects("ownerReferences").Where(owner => owner.Flag("controller") == true)
            .SelectMany(owner => Workloads(owner.Text("kind") ?? "", owner.Text("name") ?? "", hash))
            .Select(workload => Find(batch, workload.Kind, workload.Name))
            .FirstOrDefault(member => member is not null);
    }

    /// <summary>The member of a workload; null when none names it.</summary>
    public static BackupConfiguration? Find(BackupBatch batch, string kind, string name) =>
        BatchMembers.Of(batch).FirstOrDefault(member => member.Spec.Target?.Ref is { } reference && reference.Kind == kind && reference.Name == name);

    // The owner itself, and what is known to name its owned ones so: NAME-HASH of a Deployment, NAME-MINUTES of a CronJob.
    private static IEnumerable<(string Kind, string Name)> Workloads(string kind, string name, string? hash)
    {
        yield return (kind, name);
        if (kind == "ReplicaSet" && hash is { Length: > 0 } && name.EndsWith($"-{hash}", StringComparison.Ordinal))
        {
            yield return ("Deployment", name[..^(hash.Length + 1)]);
        }
        else if (kind == "Job" && name.LastIndexOf('-') is > 0 and var dash && name.AsSpan(dash + 1).IndexOfAnyExceptInRange('0', '9') < 0)
        {
            yield return ("CronJob", name[..dash]);
        }
    }
}
