using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Functions;
using Stash.Core.Validation;
using Stash.Runner.Run;

namespace Stash.Runner.Input;

/// <summary>The given objects, which count as existing together.</summary>
/// <param name="Objects">In the order of the files.</param>
/// <param name="Faults">What could not be read.</param>
internal sealed record Manifests(IReadOnlyList<ManifestObject> Objects, IReadOnlyList<string> Faults)
{
    /// <summary>Objects of a kind of this project.</summary>
    public IEnumerable<ManifestObject> OfStash(string kind) => Objects.Where(one => one.Kind == kind && one.Group == StashApi.Group);

    /// <summary>Names of the objects of a kind in a namespace; empty namespace for cluster-scoped kinds.</summary>
    public IReadOnlyList<string> Names(string kind, string ns) =>
        [.. Objects.Where(one => one.Kind == kind && one.Namespace == ns).Select(one => one.Name).Distinct(StringComparer.Ordinal)];

    /// <summary>An object by kind and name; null where there is none.</summary>
    public ManifestObject? Find(string kind, string ns, string name) =>
        Objects.FirstOrDefault(one => one.Kind == kind && one.Namespace == ns && one.Name == name);

    /// <summary>The Repositories that can be read; the others are told when they are judged.</summary>
    public IReadOnlyList<Repository> Repositories() =>
    [
        .. OfStash(Repository.KindName).Select(one => ObjectReader.Read(one.Json, StashJson.Default.Repository).Value).OfType<Repository>(),
    ];

    /// <summary>The Functions; one that cannot be read has its name alone, and is told when it is judged.</summary>
    public IReadOnlyList<Function> Functions() => [.. OfStash(Function.KindName).Select(one => FunctionCalls.Read(one.Json))];

    /// <summary>The Tasks; one that cannot be read has its name alone, and is told when it is judged.</summary>
    public IReadOnlyList<TaskDefinition> Tasks() =>
    [
        .. OfStash(TaskDefinition.KindName).Select(one =>
            ObjectReader.Read(one.Json, StashJson.Default.TaskDefinition).Value ?? new TaskDefinition { Metadata = new ObjectMeta { Name = one.Name } }),
    ];

    /// <summary>Labels of the given Namespaces by name. A namespace that is not given is as Kubernetes makes it.</summary>
    public IReadOnlyDictionary<string, string> NamespaceLabels(string ns)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in Find("Namespace", "", ns)?.Json.At("metadata", "labels") as JsonObject ?? [])
        {
            labels[key] = (string?)value ?? "";
        }

        labels["kubernetes.io/metadata.name"] = ns;
        return labels;
    }
}
