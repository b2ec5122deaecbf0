using System.Text.Json.Nodes;
using Stash.Core.Restic;

namespace Stash.Runner.Run;

/// <summary>A pod that is backed up, and restic's host name for it.</summary>
/// <param name="Name">restic's host name; retention groups by it.</param>
/// <param name="Pod">Name of the pod.</param>
internal sealed record BackupHost(string Name, string Pod);

/// <summary>restic's host names for pods as they are found; pure.</summary>
internal static class Hosts
{
    /// <summary>The host name of a pod by <see cref="HostNames"/>; a DaemonSet's pod that is on no node yet goes by its own name.</summary>
    public static string Name(string kind, string podName, string? nodeName, string? alias) =>
        HostNames.Of(kind, podName, nodeName ?? podName, alias)!;

    /// <summary>The host name of a pod object.</summary>
    public static string Name(string kind, JsonObject pod, string? alias) =>
        Name(kind, pod.Name(), pod.Text("spec", "nodeName"), alias);
}
