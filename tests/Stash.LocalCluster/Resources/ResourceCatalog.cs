using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Schema;

namespace Stash.LocalCluster.Resources;

/// <summary>What is served now: built-in kinds and those of the CustomResourceDefinitions.</summary>
internal sealed class ResourceCatalog
{
    private readonly Lock _gate = new();
    private ImmutableList<ResourceDefinition> _all = [.. BuiltInResources.All];

    /// <summary>Everything that is served, in a stable order.</summary>
    public IReadOnlyList<ResourceDefinition> All => _all;

    /// <summary>A kind by its path; null where it is not served.</summary>
    public ResourceDefinition? Find(string group, string version, string plural) => _all.Find(d =>
        d.Type.Plural == plural && d.Type.Group == group && d.Type.Version == version);

    /// <summary>Every served version of a collection.</summary>
    public IReadOnlyList<ResourceDefinition> Versions(CollectionKey collection) => _all.FindAll(d => d.Collection == collection);

    /// <summary>Served versions of a kind by the name that objects carry.</summary>
    public ResourceDefinition? FindKind(string apiVersion, string kind) => _all.Find(d => d.Type.Kind == kind && d.Type.ApiVersion == apiVersion);

    /// <summary>The definition behind a type.</summary>
    /// <exception cref="InvalidOperationException">It is not served: is its CustomResourceDefinition applied?</exception>
    public ResourceDefinition Require(ResourceType type) => Find(type.Group, type.Version, type.Plural)
        ?? throw new InvalidOperationException($"{type.Plural}.{type.Version}.{type.Group} is not served: is its CustomResourceDefinition applied?");

    /// <summary>Serves what a CustomResourceDefinition says, instead of what its predecessor said.</summary>
    public void Register(JsonObject crd)
    {
        var added = FromCrd(crd);
        lock (_gate)
        {
            _all = _all.RemoveAll(d => d.Crd?.Name() == crd.Name()).AddRange(added);
        }
    }

    /// <summary>Serves a CustomResourceDefinition's kinds no longer.</summary>
    public void Unregister(JsonObject crd)
    {
        lock (_gate)
        {
            _all = _all.RemoveAll(d => d.Crd?.Name() == crd.Name());
        }
    }

    private static IEnumerable<ResourceDefinition> FromCrd(JsonObject crd)
    {
        var spec = crd.Object("spec");
        var names = spec.Object("names");
        var storage = spec.Array("versions").Objects().FirstOrDefault(v => v.Flag("storage")).Text("name");
        foreach (var version in spec.Array("versions").Objects().Where(v => v.Flag("served")))
        {
            var type = new ResourceType(
                spec.Text("group"), version.Text("name"), names.Text("plural"), names.Text("kind"), spec.Text("scope") != "Cluster");
            yield return new ResourceDefinition(type)
            {
                ShortNames = [.. names.Array("shortNames").Strings()],
                Categories = [.. names.Array("categories").Strings()],
                Singular = names.Text("singular") is { Length: > 0 } singular ? singular : type.Kind.ToLowerInvariant(),
                ListKind = names.Text("listKind") is { Length: > 0 } list ? list : type.Kind + "List",
                HasStatus = version.Object("subresources", "status") is not null,
                HasGeneration = true,
                StorageVersion = storage,
                Crd = crd.Copy(),
                Schema = new StructuralSchema(version.Object("schema", "openAPIV3Schema")?.Copy() ?? []),
                PrinterColumns = (JsonArray?)version.Array("additionalPrinterColumns")?.DeepClone(),
            };
        }
    }
}
