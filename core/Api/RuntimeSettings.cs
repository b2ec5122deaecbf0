using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Stash.Core.Api;

/// <summary>How the sidecar's container, and the pods of Jobs, are to run.</summary>
public sealed record RuntimeSettings
{
    /// <summary>For the container.</summary>
    public ContainerRuntimeSettings? Container { get; init; }

    /// <summary>For the pods of the CronJob; of no effect on the user's pods.</summary>
    public PodRuntimeSettings? Pod { get; init; }
}

/// <summary>Settings of a container. What is Kubernetes' own is passed on as it stands.</summary>
public sealed record ContainerRuntimeSettings
{
    /// <summary>core/v1 ResourceRequirements.</summary>
    public JsonObject? Resources { get; init; }

    /// <summary>core/v1 Probe.</summary>
    public JsonObject? LivenessProbe { get; init; }

    /// <summary>core/v1 Probe.</summary>
    public JsonObject? ReadinessProbe { get; init; }

    /// <summary>core/v1 Lifecycle.</summary>
    public JsonObject? Lifecycle { get; init; }

    /// <summary>core/v1 SecurityContext; merged over ours, field by field.</summary>
    public JsonObject? SecurityContext { get; init; }

    /// <summary>CPU priority of restic.</summary>
    public NiceSettings? Nice { get; init; }

    /// <summary>I/O priority of restic.</summary>
    public IoNiceSettings? Ionice { get; init; }

    /// <summary>core/v1 EnvVar entries, appended.</summary>
    public JsonArray? Env { get; init; }

    /// <summary>core/v1 EnvFromSource entries, appended.</summary>
    public JsonArray? EnvFrom { get; init; }
}

/// <summary>nice(1).</summary>
public sealed record NiceSettings
{
    /// <summary>-20 to 19.</summary>
    public int? Adjustment { get; init; }
}

/// <summary>ionice(1).</summary>
public sealed record IoNiceSettings
{
    /// <summary>1 real time, 2 best effort, 3 idle.</summary>
    public int? Class { get; init; }

    /// <summary>0 to 7.</summary>
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
