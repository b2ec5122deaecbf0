using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Storage;

/// <summary>Who writes what, and how.</summary>
/// <param name="Resource">Kind and version of the request.</param>
/// <param name="User">Who asks.</param>
internal sealed record WriteContext(ResourceDefinition Resource, string User)
{
    /// <summary>Only say what would become of it.</summary>
    public bool DryRun { get; init; }

    /// <summary>Who owns the fields written; null leaves the owners as they are.</summary>
    public string? FieldManager { get; init; }

    /// <summary>Ignore, Warn or Strict.</summary>
    public string FieldValidation { get; init; } = "Warn";

    /// <summary>Whether webhooks are asked; false for the cluster's own updates.</summary>
    public bool HasAdmission { get; init; } = true;

    /// <summary>Fields written are owned by an apply, not by an update.</summary>
    public bool IsApply { get; init; }

    /// <summary>What to tell the client beside the answer.</summary>
    public List<string> Warnings { get; } = [];
}

/// <summary>How to delete.</summary>
/// <param name="Uid">Only if the object has this uid.</param>
/// <param name="ResourceVersion">Only if it has this resourceVersion.</param>
/// <param name="PropagationPolicy">Background, Foreground or Orphan.</param>
/// <param name="GracePeriodSeconds">Seconds; null for the object's own.</param>
/// <param name="Force">The kubelet's word that nothing of a pod runs any more.</param>
internal sealed record DeleteRequest(
    string? Uid = null, string? ResourceVersion = null, string PropagationPolicy = "Background", int? GracePeriodSeconds = null, bool Force = false);
