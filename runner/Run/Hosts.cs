using System.Text.Json.Nodes;

namespace Stash.Runner.Run;

/// <summary>A pod that is backed up, and restic's host name for it.</summary>
/// <param name="Name">restic's host name; retention groups by it.</param>
/// <param name="Pod">Name of the pod.</param>
internal sealed record BackupHost(string Name, string Pod);

/// <summary>Stash's rule for restic's host names; pure.</summary>
internal static class Hosts
{
    /// <summary>Whether each pod of the kind has data of its own, so that all are backed up; else one pod stands for all.</summary>
    public static bool OneForEachPod(string kind) => kind is "StatefulSet" or "DaemonSet";

    /// <summary>
    /// The host name of a pod: <c>host-ORDINAL</c> for a StatefulSet, the node's name for a DaemonSet, else <c>host-0</c>; an alias
    /// replaces <c>host</c> or prefixes the node.
    /// </summary>
    public static string Name(string kind, string podName, string? nodeName, string? alias)
    {
        var given = string.IsNullOrEmpty(alias) ? null : alias;
        return kind switch
        {
            "StatefulSet" => $"{given ?? "host"}-{podName[(podName.LastIndexOf('-') + 1)..]}",
            "DaemonSet" => given is null ? nodeName ?? podName : $"{given}-{nodeName ?? podName}",
            _ => $"{given ?? "host"}-0",
        };
    }

    /// <summary>The host name of a pod object.</summary>
    public static string Name(string kind, JsonObject pod, string? alias) =>
        Name(kind, pod.Name(), pod.Text("spec", "nodeName"), alias);
}
