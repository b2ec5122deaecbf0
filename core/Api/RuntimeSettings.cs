using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Stash.Core.Api;

/// <summary>How the sidecar's container, and the pods of Jobs, are to run.</summary>
public sealed record RuntimeSettings
{
    /// <summary>Of the sidecar's container and of the runner's.</summary>
    public ContainerRuntimeSettings? Container { get; init; }

    /// <summary>Of the runner's pods, in the fields of core/v1 PodSpec; of no effect on the user's pods.</summary>
    public PodRuntimeSettings? Pod { get; init; }
}

/// <summary>Settings of a container. What is Kubernetes' own is passed on as it stands.</summary>
public sealed record ContainerRuntimeSettings
{
    /// <summary>Requests and limits (core/v1 ResourceRequirements).</summary>
    public JsonObject? Resources { get; init; }

    /// <summary>Liveness probe (core/v1 Probe).</summary>
    public JsonObject? LivenessProbe { get; init; }

    /// <summary>Readiness probe (core/v1 Probe).</summary>
    public JsonObject? ReadinessProbe { get; init; }

    /// <summary>Lifecycle hooks (core/v1 Lifecycle).</summary>
    public JsonObject? Lifecycle { get; init; }

    /// <summary>Security context (core/v1 SecurityContext); merged over that of the sidecar field by field.</summary>
    public JsonObject? SecurityContext { get; init; }

    /// <summary>CPU priority of restic, nice(1).</summary>
    public NiceSettings? Nice { get; init; }

    /// <summary>I/O priority of restic, ionice(1).</summary>
    public IoNiceSettings? Ionice { get; init; }

    /// <summary>Environment (core/v1 EnvVar), appended; RESTIC_REPOSITORY and RESTIC_PASSWORD come from the Repository.</summary>
    public JsonArray? Env { get; init; }

    /// <summary>Sources of environment (core/v1 EnvFromSource), appended.</summary>
    public JsonArray? EnvFrom { get; init; }
}

/// <summary>nice(1).</summary>
public sealed record NiceSettings
{
    /// <summary>Niceness from -20 (first) to 19 (last).</summary>
    public int? Adjustment { get; init; }
}

/// <summary>ionice(1).</summary>
public sealed record IoNiceSettings
{
    /// <summary>Scheduling class: 1 real time, 2 best effort, 3 idle.</summary>
    public int? Class { get; init; }

    /// <summary>Priority within the class, from 0 (first) to 7 (last).</summary>
    public int? ClassData { get; init; }
}

/// <summary>Settings of a pod, in core/v1 PodSpec's shapes, passed on as they stand.</summary>
public sealed record PodRuntimeSettings
{
    /// <summary>Labels added to the pod.</summary>
    public IReadOnlyDictionary<string, string>? PodLabels { get; init; }

    /// <summary>Annotations added to the pod.</summary>
    public IReadOnlyDictionary<string, string>? PodAnnotations { get; init; }

    /// <summary>Service account in place of the one that sync makes; it must have the rights of <c>stash-run</c>.</summary>
    public string? ServiceAccountName { get; init; }

    /// <summary>Every other field of PodSpec (nodeSelector, tolerations, affinity, priorityClassName, imagePullSecrets, securityContext, ...).</summary>
    [JsonIgnore]
    public JsonObject? Rest
    {
        get => ExtensionFields.ToObject(Fields);
        init => Fields = ExtensionFields.From(value);
    }

    /// <summary><see cref="Rest"/> on the wire.</summary>
    [JsonInclude]
    [JsonExtensionData]
    internal Dictionary<string, JsonElement>? Fields { get; set; }
}
