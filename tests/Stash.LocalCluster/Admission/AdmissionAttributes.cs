using System.Text.Json.Nodes;
using Stash.LocalCluster.Storage;

namespace Stash.LocalCluster.Admission;

/// <summary>A write that is to be admitted.</summary>
/// <param name="Context">Who and how.</param>
/// <param name="Operation">CREATE, UPDATE, DELETE or CONNECT.</param>
/// <param name="Subresource">Subresource or null.</param>
internal sealed record AdmissionAttributes(WriteContext Context, string Operation, string? Subresource)
{
    /// <summary>The object as it is now; the mutating phase changes it. Null on DELETE.</summary>
    public JsonObject? Object { get; set; }

    /// <summary>The object as it is stored.</summary>
    public JsonObject? OldObject { get; init; }

    /// <summary>Namespace; empty when cluster-scoped.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Name; empty with generateName in the mutating phase.</summary>
    public string Name { get; init; } = "";
}
