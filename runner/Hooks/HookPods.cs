using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Restic;
using Stash.Core.Validation;
using Stash.Runner.Run;

namespace Stash.Runner.Hooks;

/// <summary>Chooses the pods and the container that a hook runs in; pure.</summary>
internal static class HookPods
{
    /// <summary>The pods.</summary>
    /// <param name="kind">Kind of the workload.</param>
    /// <param name="pods">Its pods, in any state.</param>
    /// <param name="named">
    /// Those that are backed up, or that preBackup ran in, whichever of them are left: what was locked in a pod is released in that
    /// one. With none left, the pods that a backup would be made in: all, or the one that stands for all.
    /// </param>
    public static IReadOnlyList<JsonObject> Choose(string kind, IReadOnlyList<JsonObject> pods, IReadOnlyList<string> named)
    {
        var live = PodSelection.Live(pods);
        var left = live.Where(pod => named.Contains(pod.Name(), StringComparer.Ordinal)).ToList();
        if (left.Count > 0 || live.Count == 0)
        {
            return left;
        }

        return HostNames.OneForEachPod(kind) ? live : [live.Find(pod => pod.ConditionStatus("Ready") == "True") ?? live[0]];
    }

    /// <summary>The container that a command runs in: the named one, else the first that is not the sidecar.</summary>
    /// <exception cref="RunFailureException">The pod has no such container.</exception>
    public static string Container(JsonObject pod, string? name)
    {
        var names = pod.Objects("spec", "containers").Select(c => c.Text("name") ?? "").ToList();
        if (string.IsNullOrEmpty(name))
        {
            return names.Find(one => one != SidecarNames.Container) ?? SidecarNames.Container;
        }

        var all = names.Concat(pod.Objects("spec", "initContainers").Where(c => c.Text("restartPolicy") == "Always").Select(c => c.Text("name") ?? "")).ToList();
        if (all.Contains(name))
        {
            return name;
        }

        var hint = NearestName.Find(name, all) is { } nearest ? $"did you mean {nearest}?" : $"it has {string.Join(", ", all)}";
        throw new RunFailureException(
            FailureCodes.HookContainerNotFound, $"pod {pod.Name()} has no container {name}, which the hook's containerName asks for; {hint}");
    }
}
