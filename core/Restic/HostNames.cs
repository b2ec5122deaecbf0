namespace Stash.Core.Restic;

/// <summary>Stash's rule for restic's host names; pure. Retention groups snapshots by them.</summary>
public static class HostNames
{
    /// <summary>Whether each pod of the kind has data of its own, so that all are backed up; else one pod stands for all.</summary>
    public static bool OneForEachPod(string kind) => kind is "StatefulSet" or "DaemonSet";

    /// <summary>
    /// The host name of a pod: <c>host-ORDINAL</c> for a StatefulSet, the node's name for a DaemonSet, else <c>host-0</c>; an alias
    /// replaces <c>host</c> or prefixes the node.
    /// </summary>
    /// <param name="kind">Kind of the workload.</param>
    /// <param name="podName">Name of the pod; null while it has none.</param>
    /// <param name="nodeName">Name of the pod's node; null while it is on none.</param>
    /// <param name="alias">The target's alias.</param>
    /// <returns>The name; null while what it is made from is not known.</returns>
    public static string? Of(string kind, string? podName, string? nodeName, string? alias)
    {
        var given = string.IsNullOrEmpty(alias) ? null : alias;
        return kind switch
        {
            "StatefulSet" => podName is null ? null : $"{given ?? "host"}-{podName[(podName.LastIndexOf('-') + 1)..]}",
            "DaemonSet" => nodeName is null ? null : given is null ? nodeName : $"{given}-{nodeName}",
            _ => $"{given ?? "host"}-0",
        };
    }
}
