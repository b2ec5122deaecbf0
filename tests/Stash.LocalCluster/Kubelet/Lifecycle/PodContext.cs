using System.Text.Json.Nodes;
using Stash.LocalCluster.Kubelet.Sandbox;
using Stash.LocalCluster.Kubelet.Volumes;

namespace Stash.LocalCluster.Kubelet.Lifecycle;

/// <summary>What all containers of a pod share.</summary>
internal sealed class PodContext(JsonObject pod)
{
    private volatile JsonObject _pod = pod;

    /// <summary>How the cluster was started.</summary>
    public required LocalClusterOptions Options { get; init; }

    /// <summary>The pod's volumes.</summary>
    public required PodVolumes Volumes { get; init; }

    /// <summary>Resolves environments.</summary>
    public required ContainerEnvironment Environment { get; init; }

    /// <summary>Records Events.</summary>
    public required EventRecorder Events { get; init; }

    /// <summary>Raised when a Secret, ConfigMap or claim changes.</summary>
    public required ChangeSignal ObjectsChanged { get; init; }

    /// <summary>Folder for logs and termination messages.</summary>
    public required string Folder { get; init; }

    /// <summary>Called when a container's state changed.</summary>
    public Action Publish { get; set; } = static () => { };

    /// <summary>The pod as last seen.</summary>
    public JsonObject Pod
    {
        get => _pod;
        set => _pod = value;
    }
}
