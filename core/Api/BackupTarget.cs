using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Stash.Core.Api;

/// <summary>What is backed up, and by which sidecar.</summary>
public sealed record BackupTarget
{
    /// <summary>Replaces <c>host</c> in restic's host name or prefixes the rest: <c>alias-0</c>. Retention groups by host: keep it stable.</summary>
    public string? Alias { get; init; }

    /// <summary>The workload or volume.</summary>
    public TargetReference? Ref { get; init; }

    /// <summary>Absolute paths, as the sidecar sees them.</summary>
    public IReadOnlyList<string>? Paths { get; init; }

    /// <summary>Mounts of the pod's volumes in the sidecar (core/v1 VolumeMount); default: the target container's mounts that hold <see cref="Paths"/>.</summary>
    public IReadOnlyList<VolumeMount>? VolumeMounts { get; init; }

    /// <summary>VolumeSnapshotter: number of replicas; default 1.</summary>
    public int? Replicas { get; init; }

    /// <summary>VolumeSnapshotter: the snapshot class.</summary>
    public string? SnapshotClassName { get; init; }

    /// <summary>Patterns for <c>restic backup --exclude</c>.</summary>
    public IReadOnlyList<string>? Exclude { get; init; }

    /// <summary>More arguments for <c>restic backup</c>.</summary>
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>A custom sidecar in place of the pre-defined one (v1beta2).</summary>
    public FunctionCall? Sidecar { get; init; }
}

/// <summary>The workload or volume that is backed up.</summary>
public sealed record TargetReference
{
    /// <summary>For example <c>apps/v1</c>.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>For example <c>StatefulSet</c>.</summary>
    public string? Kind { get; init; }

    /// <summary>Its name.</summary>
    public string? Name { get; init; }

    /// <summary>Its namespace; default and, for the sidecar model, only: the config's.</summary>
    public string? Namespace { get; init; }
}

/// <summary>A mount of a volume of the pod (core/v1 VolumeMount).</summary>
public sealed record VolumeMount
{
    /// <summary>Name of the volume in the pod.</summary>
    public string? Name { get; init; }

    /// <summary>Absolute path in the container.</summary>
    public string? MountPath { get; init; }

    /// <summary>Folder in the volume; default its root.</summary>
    public string? SubPath { get; init; }

    /// <summary>As <see cref="SubPath"/>, with <c>$(VAR)</c> expanded.</summary>
    public string? SubPathExpr { get; init; }

    /// <summary>Read-only; the pre-defined sidecar mounts read-only whatever stands here.</summary>
    public bool? ReadOnly { get; init; }

    /// <summary>Fields of VolumeMount that are passed on as they stand.</summary>
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

/// <summary>A Function by name, with the values of its params.</summary>
public sealed record FunctionCall
{
    /// <summary>Name of the Function.</summary>
    public string? FunctionName { get; init; }

    /// <summary>Values by name; read as a list of name and value or as a map.</summary>
    [JsonConverter(typeof(ParamsConverter))]
    public IReadOnlyDictionary<string, string>? Params { get; init; }
}
