using System.Text.Json.Nodes;
using Stash.LocalCluster.Kubelet.Status;

namespace Stash.LocalCluster.Kubelet.Lifecycle;

/// <summary>Whether and when an ended container starts again. Pure.</summary>
internal static class RestartRules
{
    /// <summary>After this long a run the back-off begins anew.</summary>
    public static readonly TimeSpan Forgets = TimeSpan.FromMinutes(10);

    private const int LargestFactor = 30;

    /// <summary>Whether a container that ended with <paramref name="exitCode"/> runs again.</summary>
    public static bool Again(JsonObject pod, ContainerRole role, int exitCode) => (role, pod.Text("spec", "restartPolicy")) switch
    {
        (ContainerRole.Sidecar, _) => true,
        (ContainerRole.Init, "Never") => false,
        (ContainerRole.Init, _) => exitCode != 0,
        (_, "Never") => false,
        (_, "OnFailure") => exitCode != 0,
        _ => true,
    };

    /// <summary>
    /// The wait before the nth restart in a row: none, then the first back-off, doubled each time up to 30 times the first (300 s for
    /// Kubernetes' 10 s).
    /// </summary>
    public static TimeSpan Delay(int restart, TimeSpan first) =>
        restart <= 1 ? TimeSpan.Zero : first * Math.Min(LargestFactor, 1L << Math.Min(restart - 2, 30));
}
