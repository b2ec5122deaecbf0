using System.Text.Json.Nodes;
using Stash.LocalCluster.Storage;

namespace Stash.LocalCluster.Admission;

/// <summary>A write that is to be admitted.</summary>
/// <param name="Context">Who and how.</param>
/// <param name="Operation">CREATE, UPDATE, DELETE or CONNECT.</param>
/// <param name="Subresource">Subresource or null.</param>
internal sealed record AdmissionAttributes(WriteContext Context, string Operation, string? Subresource)
{
    /// <summary>The object as it is now; the mutating phase changes it.</summary>
    public JsonObject? Object { get; set; }

    /// <summary>The object as it is stored.</summary>
    public JsonObject? OldObject { get; init; }

    /// <summary>Namespace; empty when cluster-scoped.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Name; empty with generateName in the mutating phase.</summary>
    public string Name { get; init; } = "";
}

/// <summary>Built-in plugins and webhooks, in the API server's order.</summary>
internal sealed class AdmissionChain
{
    public Task MutateAsync(AdmissionAttributes review, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task ValidateAsync(AdmissionAttributes review, CancellationToken cancellationToken) => Task.CompletedTask;
}
