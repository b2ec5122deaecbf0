using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Validation;

namespace Stash.Core.Injection;

/// <summary>How sidecars are injected in this installation.</summary>
public sealed record InjectionSettings
{
    /// <summary>Image of the pre-defined sidecar.</summary>
    public required string Image { get; init; }

    /// <summary>imagePullPolicy of the sidecar; null leaves Kubernetes' default.</summary>
    public string? ImagePullPolicy { get; init; }

    /// <summary>Whether API server and kubelets take native sidecars; a pod's annotation overrides.</summary>
    public bool NativeSidecars { get; init; }
}

/// <summary>A pod, and what its label names.</summary>
public sealed record InjectionRequest
{
    /// <summary>The pod as it came; never changed.</summary>
    public required JsonObject Pod { get; init; }

    /// <summary>Namespace of the review: a pod's own may be empty at CREATE.</summary>
    public required string Namespace { get; init; }

    /// <summary>The config that the label names, or the member of the batch that is the pod's; null when there is none.</summary>
    public BackupConfiguration? Config { get; init; }

    /// <summary>The batch that the label names; null when it names a config, or nothing.</summary>
    public BackupBatch? Batch { get; init; }

    /// <summary>What is wrong with the config or batch; null or valid when nothing.</summary>
    public ValidationResult? ConfigFaults { get; init; }

    /// <summary>The config's Repository; null when there is none.</summary>
    public Repository? Repository { get; init; }

    /// <summary>The Function that the config's <c>target.sidecar</c> names; null when it names none, or there is none.</summary>
    public Function? Function { get; init; }

    /// <summary>This installation's settings.</summary>
    public required InjectionSettings Settings { get; init; }
}
