using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Stash.Core.Api;

/// <summary>A restic repository: where it is, its Secret and who may use it.</summary>
public sealed record Repository
{
    /// <summary>Kind as written on the wire.</summary>
    public const string KindName = "Repository";

    // Source-generated deserialization sets every init property, absent ones to null: the setters put the defaults back.

    /// <summary><c>stash.appscode.com/v1alpha1</c>.</summary>
    public string ApiVersion { get; init => field = value ?? StashApi.V1Alpha1; } = StashApi.V1Alpha1;

    /// <summary>Always <see cref="KindName"/>.</summary>
    public string Kind { get; init => field = value ?? KindName; } = KindName;

    /// <summary>Standard metadata.</summary>
    public ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>What is wanted.</summary>
    public RepositorySpec Spec { get; init => field = value ?? new(); } = new();

    /// <summary>What was observed.</summary>
    public RepositoryStatus? Status { get; init; }
}

/// <summary>The spec of a <see cref="Repository"/>.</summary>
public sealed record RepositorySpec
{
    /// <summary>Where the repository is, and its Secret. Required; may not change place once it holds snapshots.</summary>
    public Backend? Backend { get; init; }

    /// <summary>Delete the data with the object; refused for local and B2. This version accepts it but does not act on it. Default: false.</summary>
    public bool? WipeOut { get; init; }

    /// <summary>Which namespaces' configs may use it. Default: its own namespace only.</summary>
    public UsagePolicy? UsagePolicy { get; init; }
}

/// <summary>Where a repository is: exactly one of the providers.</summary>
public sealed record Backend
{
    /// <summary>Name of the Secret with <c>RESTIC_PASSWORD</c> and the provider's keys, in the namespace of each pod that uses it. Required.</summary>
    public string? StorageSecretName { get; init; }

    /// <summary>A volume that is mounted in the sidecar, its source inlined (core/v1 VolumeSource).</summary>
    public LocalBackend? Local { get; init; }

    /// <summary>A bucket of S3, or of what speaks like it.</summary>
    public S3Backend? S3 { get; init; }

    /// <summary>A bucket of Google Cloud Storage.</summary>
    public BucketBackend? Gcs { get; init; }

    /// <summary>A container of Azure Blob Storage.</summary>
    public ContainerBackend? Azure { get; init; }

    /// <summary>A container of OpenStack Swift.</summary>
    public ContainerBackend? Swift { get; init; }

    /// <summary>A bucket of Backblaze B2.</summary>
    public BucketBackend? B2 { get; init; }

    /// <summary>A repository of restic's REST server.</summary>
    public RestBackend? Rest { get; init; }
}

/// <summary>A repository on a volume that is mounted in the sidecar.</summary>
public sealed record LocalBackend
{
    /// <summary>Where the volume is mounted in the sidecar, a folder of its own such as <c>/repository</c>. Required.</summary>
    public string? MountPath { get; init; }

    /// <summary>Folder of the repository in the volume. Default: its root.</summary>
    public string? SubPath { get; init; }

    /// <summary>The volume source, inlined: <c>persistentVolumeClaim</c>, <c>hostPath</c>, <c>nfs</c>, <c>emptyDir</c> and so on (core/v1 VolumeSource).</summary>
    [JsonIgnore]
    public JsonObject? VolumeSource
    {
        get => ExtensionFields.ToObject(Fields);
        init => Fields = ExtensionFields.From(value);
    }

    /// <summary><see cref="VolumeSource"/> on the wire.</summary>
    [JsonInclude]
    [JsonExtensionData]
    internal Dictionary<string, JsonElement>? Fields { get; set; }
}

/// <summary>S3 and what speaks like it.</summary>
public sealed record S3Backend
{
    /// <summary>Host or URL of the service, for example <c>s3.amazonaws.com</c> or <c>https://minio.storage.svc:9000</c>. Required.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Name of the bucket. Required.</summary>
    public string? Bucket { get; init; }

    /// <summary>Folder of the repository in the bucket. Default: its root.</summary>
    public string? Prefix { get; init; }

    /// <summary>Region of the bucket, where the service wants one.</summary>
    public string? Region { get; init; }

    /// <summary>True skips the verification of the server's certificate. Default: false.</summary>
    public bool? InsecureTLS { get; init; }
}

/// <summary>A backend named by its bucket.</summary>
public sealed record BucketBackend
{
    /// <summary>Name of the bucket. Required.</summary>
    public string? Bucket { get; init; }

    /// <summary>Folder of the repository in the bucket. Default: its root.</summary>
    public string? Prefix { get; init; }

    /// <summary>Most connections at once; 0 leaves it to restic. Default: 0.</summary>
    public long? MaxConnections { get; init; }
}

/// <summary>A backend named by its container.</summary>
public sealed record ContainerBackend
{
    /// <summary>Name of the container. Required.</summary>
    public string? Container { get; init; }

    /// <summary>Folder of the repository in the container. Default: its root.</summary>
    public string? Prefix { get; init; }

    /// <summary>Most connections at once; 0 leaves it to restic. Default: 0.</summary>
    public long? MaxConnections { get; init; }
}

/// <summary>restic's REST server.</summary>
public sealed record RestBackend
{
    /// <summary>URL of the repository, for example <c>https://rest.backup.svc:8000/app</c>; credentials belong in the Secret. Required.</summary>
    public string? Url { get; init; }
}

/// <summary>Which namespaces may use a Repository.</summary>
public sealed record UsagePolicy
{
    /// <summary>Rule for the namespaces whose configs may use it.</summary>
    public AllowedNamespaces? AllowedNamespaces { get; init; }
}

/// <summary>Namespaces by rule.</summary>
public sealed record AllowedNamespaces
{
    /// <summary><c>Same</c> for the Repository's own namespace, <c>All</c>, or <c>Selector</c>. Default: <c>Same</c>.</summary>
    public string? From { get; init; }

    /// <summary>With <c>Selector</c>: the labels that a namespace must have (meta/v1 LabelSelector).</summary>
    public JsonObject? Selector { get; init; }
}

/// <summary>The status of a <see cref="Repository"/>.</summary>
public sealed record RepositoryStatus
{
    /// <summary>When the first snapshot was taken; once set, a missing repository is a failure and never made anew.</summary>
    public DateTimeOffset? FirstBackupTime { get; init; }

    /// <summary>When the newest snapshot was taken.</summary>
    public DateTimeOffset? LastBackupTime { get; init; }

    /// <summary>Whether the last <c>restic check</c> found the repository whole; absent before the first.</summary>
    public bool? Integrity { get; init; }

    /// <summary>Size of the stored data, for people: <c>1.234 GiB</c>.</summary>
    public string? TotalSize { get; init; }

    /// <summary>How many snapshots there are.</summary>
    public long? SnapshotCount { get; init; }

    /// <summary>How many snapshots the last retention removed.</summary>
    public long? SnapshotsRemovedOnLastCleanup { get; init; }

    /// <summary>The configs that use the repository.</summary>
    public IReadOnlyList<TargetReference>? References { get; init; }
}
