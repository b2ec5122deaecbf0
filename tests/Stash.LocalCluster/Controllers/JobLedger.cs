using System.Text.Json.Nodes;
using Stash.LocalCluster.Kubelet;

namespace Stash.LocalCluster.Controllers;

/// <summary>
/// What became of one Job's pods, each counted once, also of those that are gone. Kubernetes keeps this by finalizers on the pods; here
/// the controller lives as long as the store.
/// </summary>
internal sealed class JobLedger
{
    private readonly Dictionary<string, DateTimeOffset> _failed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _ignored = new(StringComparer.Ordinal);
    private readonly HashSet<string> _succeeded = new(StringComparer.Ordinal);

    /// <summary>Pods that failed and count.</summary>
    public int Failed => _failed.Count;

    /// <summary>Pods that succeeded.</summary>
    public int Succeeded => _succeeded.Count;

    /// <summary>When the last one failed.</summary>
    public DateTimeOffset? LastFailure => _failed.Count == 0 ? null : _failed.Values.Max();

    /// <summary>Counts a pod that has ended or been deleted.</summary>
    /// <returns>The sentence of a FailJob rule; null where none fits.</returns>
    public string? Count(JsonObject job, JsonObject pod, DateTimeOffset now)
    {
        var uid = pod.Uid();
        if (pod.Text("status", "phase") == "Succeeded")
        {
            _succeeded.Add(uid);
            return null;
        }

        if (_failed.ContainsKey(uid) || _ignored.Contains(uid) || _succeeded.Contains(uid))
        {
            return null;
        }

        var verdict = pod.Text("status", "phase") == "Failed" ? PodFailurePolicy.Of(job, pod) : new PodFailurePolicy("Count", "");
        if (verdict.Action == "Ignore")
        {
            _ignored.Add(uid);
            return null;
        }

        _failed[uid] = now;
        return verdict.Action == "FailJob" ? verdict.Message : null;
    }
}
