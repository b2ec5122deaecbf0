using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Schema;

namespace Stash.LocalCluster.Resources;

/// <summary>A kind that is served in one version.</summary>
internal sealed record ResourceDefinition(ResourceType Type)
{
    /// <summary>Names that kubectl takes for the plural.</summary>
    public IReadOnlyList<string> ShortNames { get; init; } = [];

    /// <summary>Groups that kubectl expands, <c>all</c>.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Singular; lower case.</summary>
    public string Singular { get; init; } = Type.Kind.ToLowerInvariant();

    /// <summary>Kind of a list.</summary>
    public string ListKind { get; init; } = Type.Kind + "List";

    /// <summary>Status is written through its own subresource only.</summary>
    public bool HasStatus { get; init; }

    /// <summary>spec.replicas has a scale subresource.</summary>
    public bool HasScale { get; init; }

    /// <summary>metadata.generation counts changes.</summary>
    public bool HasGeneration { get; init; }

    /// <summary>The version in which objects lie in the store.</summary>
    public string StorageVersion { get; init; } = Type.Version;

    /// <summary>The CustomResourceDefinition behind it; null for built-in kinds.</summary>
    public JsonObject? Crd { get; init; }

    /// <summary>The version's structural schema; null for built-in kinds.</summary>
    public StructuralSchema? Schema { get; init; }

    /// <summary>Columns of <c>kubectl get</c> beyond the name; null for the standard ones.</summary>
    public JsonArray? PrinterColumns { get; init; }

    /// <summary>Where the objects of every version lie.</summary>
    public CollectionKey Collection => new(Type.Group, Type.Plural);

    /// <summary>Whether this is a kind of a CustomResourceDefinition.</summary>
    public bool IsCustom => Crd is not null;
}

/// <summary>A kind's objects, whatever the version.</summary>
internal readonly record struct CollectionKey(string Group, string Plural);
