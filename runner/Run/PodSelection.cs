using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Restic;

namespace Stash.Runner.Run;

/// <summary>What is to be done with the pods of a workload.</summary>
/// <param name="Hosts">Pods whose sidecar runs and that are backed up.</param>
/// <param name="Waiting">Whether waiting may give more or other hosts.</param>
/// <param name="Failures">Hosts that cannot be backed up as things stand, by restic's host name.</param>
/// <param name="None">Why there is nothing at all to back up; null when there is something.</param>
internal sealed record PodChoice(
    IReadOnlyList<BackupHost> Hosts, bool Waiting, IReadOnlyDictionary<string, NamedFailure> Failures, NamedFailure? None);

/// <summary>Decides which pods of a workload are backed up; pure.</summary>
internal static class PodSelection
{
    /// <summary>Chooses among a workload's own pods.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="pods">Its pods, in any state.</param>
    /// <param name="alias">The target's alias.</param>
    public static PodChoice Choose(JsonObject workload, IReadOnlyList<JsonObject> pods, string? alias)
    {
        var kind = workload.Text("kind") ?? "";
        var live = Live(pods);
        return HostNames.OneForEachPod(kind) ? EachPod(workload, kind, live, alias) : OnePod(workload, kind, live, alias);
    }

    /// <summary>Whether the pod carries the sidecar, native or classic.</summary>
    public static bool HasSidecar(JsonObject pod) =>
        pod.Objects("spec", "initContainers").Concat(pod.Objects("spec", "containers")).Any(c => c.Text("name") == SidecarNames.Container);

    /// <summary>Whether the sidecar's container runs.</summary>
    public static bool SidecarRuns(JsonObject pod) =>
        pod.Objects("status", "initContainerStatuses").Concat(pod.Objects("status", "containerStatuses"))
            .Any(s => s.Text("name") == SidecarNames.Container && s.At("state", "running") is not null);

    /// <summary>The pods that are neither over nor told to end, oldest first.</summary>
    public static List<JsonObject> Live(IReadOnlyList<JsonObject> pods) =>
        [.. pods.Where(IsLive).OrderBy(p => p.Time("metadata", "creationTimestamp")).ThenBy(p => p.Name(), StringComparer.Ordinal)];

    private static bool IsLive(JsonObject pod) =>
        pod.At("metadata", "deletionTimestamp") is null && pod.Text("status", "phase") is not ("Succeeded" or "Failed");

    private static PodChoice EachPod(JsonObject workload, string kind, List<JsonObject> pods, string? alias)
    {
        var hosts = new List<BackupHost>();
        var failures = new Dictionary<string, NamedFailure>(StringComparer.Ordinal);
        var waiting = false;
        foreach (var pod in pods)
        {
            var host = Hosts.Name(kind, pod, alias);
            if (SidecarRuns(pod))
            {
                hosts.Add(new BackupHost(host, pod.Name()));
            }
            else
            {
                waiting |= HasSidecar(pod);
                failures[host] = WhyNot(workload, pod);
            }
        }

        foreach (var name in Missing(workload, kind, pods))
        {
            waiting = true;
            failures[Hosts.Name(kind, name, nodeName: null, alias)] = new NamedFailure(
                FailureCodes.NoPods, $"pod {name} does not exist; see: kubectl describe {kind.ToLowerInvariant()} {workload.Name()}");
        }

        var none = hosts.Count + failures.Count == 0 ? Nothing(workload, kind) : null;
        return new PodChoice(hosts, waiting || (none is not null && Wanted(workload, kind) != 0), failures, none);
    }

    private static PodChoice OnePod(JsonObject workload, string kind, List<JsonObject> pods, string? alias)
    {
        var running = pods.Where(SidecarRuns).ToList();
        var chosen = running.Find(p => p.ConditionStatus("Ready") == "True") ?? running.FirstOrDefault();
        if (chosen is not null)
        {
            return new PodChoice([new BackupHost(Hosts.Name(kind, chosen, alias), chosen.Name())], Waiting: false, NoFailures, None: null);
        }

        if (pods.Count == 0)
        {
            return new PodChoice([], Wanted(workload, kind) != 0, NoFailures, Nothing(workload, kind));
        }

        var nearest = pods.Find(HasSidecar) ?? pods[0];
        return new PodChoice([], pods.Exists(HasSidecar), NoFailures, WhyNot(workload, nearest));
    }

    private static NamedFailure WhyNot(JsonObject workload, JsonObject pod)
    {
        if (HasSidecar(pod))
        {
            return new NamedFailure(
                FailureCodes.SidecarNotRunning,
                $"container {SidecarNames.Container} of pod {pod.Name()} does not run; see: kubectl describe pod {pod.Name()}");
        }

        var kind = (workload.Text("kind") ?? "").ToLowerInvariant();
        var remedy = kind is "deployment" or "statefulset" or "daemonset"
            ? $"kubectl rollout restart {kind} {workload.Name()}"
            : $"kubectl delete pod {pod.Name()}";
        return new NamedFailure(
            FailureCodes.SidecarMissing,
            $"pod {pod.Name()} has no container {SidecarNames.Container}: it was made before the label {Labels.Config} or while the webhook was down; make it anew: {remedy}");
    }

    private static NamedFailure Nothing(JsonObject workload, string kind) => new(
        FailureCodes.NoPods,
        Wanted(workload, kind) == 0
            ? $"{kind} {workload.Name()} wants no pods; scale it up, or pause the config"
            : $"{kind} {workload.Name()} has no live pods; see: kubectl describe {kind.ToLowerInvariant()} {workload.Name()}");

    private static long Wanted(JsonObject workload, string kind) => kind switch
    {
        "DaemonSet" => workload.Number("status", "desiredNumberScheduled") ?? 1,
        "Job" => workload.Number("status", "active") ?? 0,
        _ => workload.Number("spec", "replicas") ?? 1,
    };

    private static IEnumerable<string> Missing(JsonObject workload, string kind, List<JsonObject> pods)
    {
        if (kind != "StatefulSet" || pods.Count == 0)
        {
            return [];
        }

        var first = workload.Number("spec", "ordinals", "start") ?? 0;
        var names = pods.Select(p => p.Name()).ToHashSet(StringComparer.Ordinal);
        return Enumerable.Range((int)first, (int)Wanted(workload, kind)).Select(i => $"{workload.Name()}-{i}").Where(n => !names.Contains(n));
    }

    private static readonly Dictionary<string, NamedFailure> NoFailures = [];
}
