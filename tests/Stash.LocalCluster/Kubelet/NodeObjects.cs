using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;

namespace Stash.LocalCluster.Kubelet;

/// <summary>The one node, and the kinds that only a kubelet speaks of.</summary>
internal static class NodeObjects
{
    /// <summary>Name of the only node.</summary>
    public const string NodeName = "local";

    /// <summary>core/v1 Node.</summary>
    public static readonly ResourceType Nodes = new("", "v1", "nodes", "Node", Namespaced: false);

    /// <summary>core/v1 PersistentVolumeClaim.</summary>
    public static readonly ResourceType Claims = new("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim");

    /// <summary>The node's object.</summary>
    public static JsonObject Node(string version, DateTimeOffset now) => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Node",
        ["metadata"] = new JsonObject
        {
            ["name"] = NodeName,
            ["labels"] = new JsonObject { ["kubernetes.io/hostname"] = NodeName, ["kubernetes.io/os"] = "linux" },
        },
        ["spec"] = new JsonObject(),
        ["status"] = new JsonObject
        {
            ["addresses"] = new JsonArray(new JsonObject { ["type"] = "InternalIP", ["address"] = PodField.Address }),
            ["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "Ready",
                ["status"] = "True",
                ["reason"] = "KubeletReady",
                ["message"] = "pods are processes of this machine",
                ["lastHeartbeatTime"] = now.Stamp(),
                ["lastTransitionTime"] = now.Stamp(),
            }),
            ["nodeInfo"] = new JsonObject
            {
                ["kubeletVersion"] = version,
                ["kubeProxyVersion"] = version,
                ["containerRuntimeVersion"] = "bubblewrap://local",
                ["operatingSystem"] = "linux",
                ["osImage"] = "this machine",
                ["kernelVersion"] = Environment.OSVersion.Version.ToString(),
                ["architecture"] = System.Runtime.InteropServices.RuntimeInformation.OSArchitecture switch
                {
                    System.Runtime.InteropServices.Architecture.Arm64 => "arm64",
                    _ => "amd64",
                },
            },
        },
    };
}
