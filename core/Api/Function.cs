using System.Text.Json.Nodes;

namespace Stash.Core.Api;

/// <summary>A container's definition by name: what a custom sidecar, a hook executor or a Task's step is made from. Cluster-scoped.</summary>
public sealed record Function
{
    /// <summary>Kind as written on the wire.</summary>
    public const string KindName = "Function";

    // Source-generated deserialization sets every init property, absent ones to null: the setters put the defaults back.

    /// <summary><c>stash.appscode.com/v1beta1</c>.</summary>
    public string ApiVersion { get; init => field = value ?? StashApi.V1Beta1; } = StashApi.V1Beta1;

    /// <summary>Always <see cref="KindName"/>.</summary>
    public string Kind { get; init => field = value ?? KindName; } = KindName;

    /// <summary>Standard metadata.</summary>
    public ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>The container. <c>${NAME}</c> in any string of it stands for a param or a variable; <c>$${</c> for <c>${</c> itself.</summary>
    public FunctionSpec Spec { get; init => field = value ?? new(); } = new();
}

/// <summary>The spec of a <see cref="Function"/>: a core/v1 Container without its name.</summary>
public sealed record FunctionSpec
{
    /// <summary>Image of the container. Required.</summary>
    public string? Image { get; init; }

    /// <summary>Entry point in place of the image's; no shell runs it unless it is one.</summary>
    public IReadOnlyList<string>? Command { get; init; }

    /// <summary>Arguments of the entry point.</summary>
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>Folder that the entry point starts in. Default: the image's.</summary>
    public string? WorkingDir { get; init; }

    /// <summary>Ports (core/v1 ContainerPort).</summary>
    public JsonArray? Ports { get; init; }

    /// <summary>Mounts (core/v1 VolumeMount): of the pod's volumes in a sidecar, of the Task's in a step.</summary>
    public JsonArray? VolumeMounts { get; init; }

    /// <summary>Block devices (core/v1 VolumeDevice).</summary>
    public JsonArray? VolumeDevices { get; init; }

    /// <summary>Settings of the container, and of the pod where the Function has one of its own.</summary>
    public RuntimeSettings? RuntimeSettings { get; init; }

    /// <summary>How a custom sidecar made from it is woken. An addition of this project.</summary>
    public FunctionSidecar? Sidecar { get; init; }
}

/// <summary>What a Function says of itself as a custom sidecar.</summary>
public sealed record FunctionSidecar
{
    /// <summary>How it is told to back up. Default: <c>stash-runner signal</c> is executed in it, for images that carry the runner.</summary>
    public SidecarSignal? Signal { get; init; }
}

/// <summary>How a custom sidecar is told to back up; one of the two. Strings may hold the variables of the session.</summary>
public sealed record SidecarSignal
{
    /// <summary>A command that is executed in the sidecar: its exit code is the result, a last line of JSON may carry statistics.</summary>
    public ExecAction? Exec { get; init; }

    /// <summary>A request to the sidecar: an answer below 300 is success, a last line of JSON in it may carry statistics.</summary>
    public HttpPostAction? HttpPost { get; init; }
}
