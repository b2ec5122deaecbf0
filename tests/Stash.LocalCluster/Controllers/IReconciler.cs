using Stash.Core.Kubernetes;

namespace Stash.LocalCluster.Controllers;

/// <summary>Brings what an object owns to what it says.</summary>
internal interface IReconciler
{
    /// <summary>The kind it is for.</summary>
    ResourceType Type { get; }

    /// <summary>Looks at one object and does what is due.</summary>
    /// <returns>When to look again without a change; null when only a change matters.</returns>
    Task<TimeSpan?> ReconcileAsync(string ns, string name);
}
