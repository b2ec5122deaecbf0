using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Patching;

/// <summary>How a list is merged.</summary>
internal enum ListKind
{
    /// <summary>Replaced as a whole.</summary>
    Atomic,

    /// <summary>A set of scalars.</summary>
    Set,

    /// <summary>Objects told apart by keys.</summary>
    Map,
}

/// <summary>What merging needs to know of a field: how its lists and maps behave. For built-in kinds by well-known field names, for others by schema.</summary>
internal abstract record FieldShape
{
    /// <summary>How this field merges if it is a list.</summary>
    public virtual ListKind List => ListKind.Atomic;

    /// <summary>Keys of the items of a <see cref="ListKind.Map"/>, for server-side apply.</summary>
    public virtual IReadOnlyList<string> Keys => [];

    /// <summary>The key of a strategic merge patch.</summary>
    public virtual string MergeKey => Keys.Count > 0 ? Keys[0] : "";

    /// <summary>A map that is replaced as a whole.</summary>
    public virtual bool IsAtomicMap => false;

    /// <summary>The shape of a property.</summary>
    public abstract FieldShape Property(string name);

    /// <summary>The shape of a list's items.</summary>
    public abstract FieldShape Item { get; }

    /// <summary>Value of a key whose item leaves it out.</summary>
    public virtual JsonNode? DefaultKey(string key) => key == "protocol" ? "TCP" : null;

    /// <summary>The shape of a whole object.</summary>
    public static FieldShape Of(ResourceDefinition resource) =>
        resource.Schema is { } schema ? new SchemaShape(schema.Root, IsRoot: true) : new WellKnownShape("", "");
}

/// <summary>Shape by the names of well-known fields of built-in kinds.</summary>
internal sealed record WellKnownShape(string Name, string Parent) : FieldShape
{
    private static readonly Dictionary<string, string[]> MapLists = new(StringComparer.Ordinal)
    {
        ["containers"] = ["name"],
        ["initContainers"] = ["name"],
        ["ephemeralContainers"] = ["name"],
        ["volumes"] = ["name"],
        ["env"] = ["name"],
        ["volumeMounts"] = ["mountPath"],
        ["volumeDevices"] = ["devicePath"],
        ["imagePullSecrets"] = ["name"],
        ["hostAliases"] = ["ip"],
        ["topologySpreadConstraints"] = ["topologyKey", "whenUnsatisfiable"],
        ["resourceClaims"] = ["name"],
        ["ownerReferences"] = ["uid"],
        ["conditions"] = ["type"],
        ["webhooks"] = ["name"],
        ["secrets"] = ["name"],
        ["addresses"] = ["type"],
        ["podIPs"] = ["ip"],
        ["matchConditions"] = ["name"],
    };

    public override ListKind List => Name == "finalizers" ? ListKind.Set : Keys.Count > 0 ? ListKind.Map : ListKind.Atomic;

    public override IReadOnlyList<string> Keys => Name switch
    {
        "ports" => Parent == "spec" ? ["port", "protocol"] : Parent == "subsets" || Parent == "ingress" || Parent == "egress" ? [] : ["containerPort", "protocol"],
        _ => MapLists.GetValueOrDefault(Name, []),
    };

    public override bool IsAtomicMap => Name is "selector" && Parent == "spec" || Name is "nodeSelector" or "secretRef" or "configMapRef" or "roleRef";

    public override FieldShape Property(string name) => new WellKnownShape(name, Name);

    public override FieldShape Item => new WellKnownShape("", Name);
}

/// <summary>Shape by a structural schema's extensions.</summary>
internal sealed record SchemaShape(JsonObject? Schema, bool IsRoot = false) : FieldShape
{
    public override ListKind List => Schema.Text("x-kubernetes-list-type") switch
    {
        "map" => ListKind.Map,
        "set" => ListKind.Set,
        _ => ListKind.Atomic,
    };

    public override IReadOnlyList<string> Keys => [.. Schema.Array("x-kubernetes-list-map-keys").Strings()];

    public override bool IsAtomicMap => Schema.Text("x-kubernetes-map-type") == "atomic";

    public override FieldShape Property(string name) => IsRoot && name == "metadata"
        ? new WellKnownShape(name, "")
        : new SchemaShape(Schema.Object("properties", name) ?? Schema.Object("additionalProperties"));

    public override FieldShape Item => new SchemaShape(Schema.Object("items"));

    public override JsonNode? DefaultKey(string key) => Schema.Find("items", "properties", key, "default")?.DeepClone();
}
