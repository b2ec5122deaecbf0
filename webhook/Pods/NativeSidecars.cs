using Stash.Core.Kubernetes;
using Stash.Webhook.Options;

namespace Stash.Webhook.Pods;

/// <summary>Whether a cluster takes native sidecars (init containers with restartPolicy Always, on by default from 1.29).</summary>
internal static class NativeSidecars
{
    /// <summary>Decides by the API server's version.</summary>
    /// <remarks>
    /// The nodes decide as well, and a kubelet may be three minors older than its API server: from 1.32 on every one is 1.29 or later.
    /// From 1.29 to 1.31 somebody has to know. Before 1.29 the API server drops the field and the pod would hang.
    /// </remarks>
    public static bool Allowed(ServerVersion version, SidecarMode mode) => mode switch
    {
        SidecarMode.Classic => false,
        SidecarMode.Native => version is { Major: > 1 } or { Major: 1, Minor: >= 29 },
        _ => version is { Major: > 1 } or { Major: 1, Minor: >= 32 },
    };
}
