using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Stash.Core.Api;

/// <summary>What is backed up, and by which sidecar.</summary>
public sealed record BackupTarget
{
    /// <summary>Replaces <c>host</c> in restic's host name <c>host-0</c>, or prefixes the rest. Retention groups snapshots by host: keep it stable.</summary>
    public string? Alias { get; init; }

    /// <summary>The workload whose pods are backed up: a Deployment, StatefulSet, DaemonSet, ReplicaSet, ReplicationController, Job or CronJob; with a Task, anything. Required.</summary>
    public TargetReference? Ref { get; init; }

    /// <summary>What is backed up: absolute paths as the application's container sees them. Required for the pre-defined sidecar; a custom one sees them too.</summary>
    public IReadOnlyList<string>? Paths { get; init; }

    /// <summary>Mounts of the pod's volumes in the sidecar. Default: those of the application's container that hold <see cref="Paths"/>.</summary>
    public IReadOnlyList<VolumeMount>? VolumeMounts { get; init; }

    /// <summary>VolumeSnapshotter only: how many replicas are backed up. Default: 1.</summary>
    public int? Replicas { get; init; }

    /// <summary>VolumeSnapshotter only: name of the VolumeSnapshotClass.</summary>
    public string? SnapshotClassName { get; init; }

    /// <summary>What is left out: patterns for <c>restic backup --exclude</c>.</summary>
    public IReadOnlyList<string>? Exclude { get; init; }

    /// <summary>More arguments for <c>restic backup</c>, an option or its value in each; those that change repository, host, time or paths are refused.</summary>
    public IReadOnlyList<string>? Args { get; init; }

    /// <summary>A Function whose container is injected in place of the pre-defined sidecar, and woken as its <c>spec.sidecar.signal</c> says. Excludes spec.task.</summary>
    public FunctionCall? Sidecar { get; init; }
}

/// <summary>A workload, volume or config by name.</summary>
public sealed record TargetReference
{
    /// <summary>API group and version of the object, for example <c>apps/v1</c>. Required in a config.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>Kind of the object, for example <c>StatefulSet</c>. Required in a config.</summary>
    public string? Kind { get; init; }

    /// <summary>Name of the object. Required in a config.</summary>
    public string? Name { get; init; }

    /// <summary>Namespace of the object. Default, and for a workload the only one allowed: the config's.</summary>
    public string? Namespace { get; init; }
}

/// <summary>A mount of a volume of the pod (core/v1 VolumeMount).</summary>
public sealed record VolumeMount
{
    /// <summary>Name of the volume in the workload's pods. Required.</summary>
    public string? Name { get; init; }

    /// <summary>Absolute path in the sidecar, without a colon. Required.</summary>
    public string? MountPath { get; init; }

    /// <summary>Folder in the volume that is mounted. Default: its root.</summary>
    public string? SubPath { get; init; }

    /// <summary>As <see cref="SubPath"/>, with <c>$(VAR)</c> of the container's environment expanded; excludes it.</summary>
    public string? SubPathExpr { get; init; }

    /// <summary>Whether the mount is read-only; the sidecar mounts read-only whatever stands here, but for the mounts of a Function.</summary>
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
    /// <summary>Name of the Function. Required.</summary>
    public string? FunctionName { get; init; }

    /// <summary>Values of the Function's params by name: a map of strings, or a list of name and value.</summary>
    [JsonConverter(typeof(ParamsConverter))]
    public IReadOnlyDictionary<string, string>? Params { get; init; }
}
