namespace Stash.Core.Kubernetes;

/// <summary>Which cluster to speak to, as whom, and how patiently.</summary>
public sealed record KubernetesConnectionOptions
{
    /// <summary>A kubeconfig file; null looks at <c>KUBECONFIG</c>, then for a service account, then at <c>~/.kube/config</c>.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary>A context of the kubeconfig; null takes its <c>current-context</c>.</summary>
    public string? Context { get; init; }

    /// <summary>Folder with the service account's <c>token</c>, <c>ca.crt</c> and <c>namespace</c>.</summary>
    public string ServiceAccountFolder { get; init; } = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>Reads an environment variable.</summary>
    public Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>How long a request goes on trying, all attempts and waits together.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one attempt may take until its answer is complete (for a stream: until it begins).</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the other end of exec may leave pings unanswered (one is sent every 5 s) before the connection counts as lost.</summary>
    public TimeSpan ExecPingTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long an exec's command may leave a part of its standard input unread before the exec is given up. While input is stuck no
    /// ping can be sent, so nothing else would notice a peer that has died; and Kubernetes itself (seen in 1.36.2, with kubectl too) now and then
    /// never tells the end of a command that left megabytes of its input unread.
    /// </summary>
    public TimeSpan ExecInputTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>The User-Agent header, and so the default field manager.</summary>
    public string UserAgent { get; init; } = "stash-webhook";

    /// <summary>Drives back-off, deadlines and the age of what is kept.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
