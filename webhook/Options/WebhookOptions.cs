using Stash.Core.Injection;

namespace Stash.Webhook.Options;

/// <summary>How this process runs; <see cref="CommandLine"/> lists where each setting comes from.</summary>
public sealed record WebhookOptions
{
    /// <summary>HTTPS port of admission and health; 0 takes a free one.</summary>
    public int Port { get; init; } = 8443;

    /// <summary>Plain HTTP port of <c>/metrics</c>; 0 takes a free one.</summary>
    public int MetricsPort { get; init; } = 8080;

    /// <summary>Most BackupConfigurations, and most Repositories, that <c>/metrics</c> shows; it tells how many it leaves out.</summary>
    public int MetricsLimit { get; init; } = 1000;

    /// <summary>PEM file with the certificate and what it is signed by.</summary>
    public required string CertificatePath { get; init; }

    /// <summary>PEM file with the certificate's private key, unencrypted.</summary>
    public required string KeyPath { get; init; }

    /// <summary>How often the two files are looked at.</summary>
    public TimeSpan CertificatePeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Image of the sidecar.</summary>
    public required string Image { get; init; }

    /// <summary>imagePullPolicy of the sidecar; null leaves Kubernetes' default.</summary>
    public string? ImagePullPolicy { get; init; }

    /// <summary>How sidecars are injected where a pod does not say.</summary>
    public SidecarMode Sidecar { get; init; } = SidecarMode.Auto;

    /// <summary>A kubeconfig file; null looks where kubectl and pods look.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>How long a pod's review may wait for the Kubernetes API.</summary>
    public TimeSpan LookupDeadline { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long, after SIGTERM, new requests are still served while the Service stops sending them.</summary>
    public TimeSpan DrainPeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>File with the Job that runs sync, as YAML or JSON; null: a change does not wake sync, which then comes by its schedule.</summary>
    public string? SyncJobTemplate { get; init; }

    /// <summary>One JSON object a line in place of text for people.</summary>
    public bool JsonLogs { get; init; }

    /// <summary>What the Injector needs to know.</summary>
    /// <param name="native">Whether the cluster takes native sidecars.</param>
    internal InjectionSettings Injection(bool native) => new() { Image = Image, ImagePullPolicy = ImagePullPolicy, NativeSidecars = native };
}

/// <summary>How sidecars are injected where a pod's annotation does not say.</summary>
public enum SidecarMode
{
    /// <summary>By the API server's version.</summary>
    Auto,

    /// <summary>Native, where the API server is 1.29 or later: the nodes' kubelets are known to be, too.</summary>
    Native,

    /// <summary>Classic.</summary>
    Classic,
}
