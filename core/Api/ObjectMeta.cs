namespace Stash.Core.Api;

/// <summary>What every Kubernetes object has (k8s.io/apimachinery meta/v1 ObjectMeta), as far as this project reads it.</summary>
public sealed record ObjectMeta
{
    /// <summary>Name, unique in the namespace; empty while <see cref="GenerateName"/> is to make one.</summary>
    public string? Name { get; init; }

    /// <summary>Prefix from which the API server makes a name.</summary>
    public string? GenerateName { get; init; }

    /// <summary>Namespace; null for cluster-scoped objects.</summary>
    public string? Namespace { get; init; }

    /// <summary>Unique in time and space; set by the API server.</summary>
    public string? Uid { get; init; }

    /// <summary>Opaque version for optimistic concurrency.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Counts the changes of the spec.</summary>
    public long? Generation { get; init; }

    /// <summary>When the object was created.</summary>
    public DateTimeOffset? CreationTimestamp { get; init; }

    /// <summary>Set once deletion was asked for.</summary>
    public DateTimeOffset? DeletionTimestamp { get; init; }

    /// <summary>Labels by key.</summary>
    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    /// <summary>Annotations by key.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>Owners; when all are gone the object is collected.</summary>
    public IReadOnlyList<OwnerReference>? OwnerReferences { get; init; }

    /// <summary>Names of those who must agree before the object is removed.</summary>
    public IReadOnlyList<string>? Finalizers { get; init; }
}

/// <summary>An owner in the same namespace, or a cluster-scoped one (meta/v1 OwnerReference).</summary>
public sealed record OwnerReference
{
    /// <summary>apiVersion of the owner.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>Kind of the owner.</summary>
    public required string Kind { get; init; }

    /// <summary>Name of the owner.</summary>
    public required string Name { get; init; }

    /// <summary>Uid of the owner.</summary>
    public required string Uid { get; init; }

    /// <summary>True for the one owner that manages the object.</summary>
    public bool? Controller { get; init; }

    /// <summary>True when the owner's foreground deletion waits for this object.</summary>
    public bool? BlockOwnerDeletion { get; init; }
}

/// <summary>One observation: what is observed, whether it holds, since when and why.</summary>
public sealed record Condition
{
    /// <summary>Name of the condition, in CamelCase.</summary>
    public required string Type { get; init; }

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    public required string Status { get; init; }

    /// <summary>One word in CamelCase for programs.</summary>
    public string? Reason { get; init; }

    /// <summary>A sentence for people.</summary>
    public string? Message { get; init; }

    /// <summary>When <see cref="Status"/> last changed.</summary>
    public DateTimeOffset? LastTransitionTime { get; init; }
}
