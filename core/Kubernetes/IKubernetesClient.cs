using System.Text.Json.Nodes;

namespace Stash.Core.Kubernetes;

/// <summary>
/// What this project asks of the Kubernetes API. Objects are JSON as they came, so that nothing unknown is ever dropped.
/// Reads and idempotent writes are retried on 429, 5xx and lost connections, with Retry-After or back-off, until a deadline; every
/// other failure is a <see cref="KubernetesException"/> that carries the server's Status.
/// </summary>
public interface IKubernetesClient : IDisposable
{
    /// <summary>The namespace of the kubeconfig's context or of the service account; <c>default</c> where neither says.</summary>
    string DefaultNamespace { get; }

    /// <summary>Reads one object.</summary>
    /// <exception cref="KubernetesException">404 and every other refusal.</exception>
    Task<JsonObject> GetAsync(ResourceType type, string? ns, string name, CancellationToken cancellationToken);

    /// <summary>Reads one object; null where there is none (404).</summary>
    Task<JsonObject?> FindAsync(ResourceType type, string? ns, string name, CancellationToken cancellationToken);

    /// <summary>Reads all objects, page by page (500 each); a null namespace means every namespace. Restarts once on 410 without yielding an object twice.</summary>
    IAsyncEnumerable<JsonObject> ListAsync(ResourceType type, string? ns, ListOptions? options, CancellationToken cancellationToken);

    /// <summary>Creates an object. Not retried once the request may have been received, unless the object has a name (then 409 tells).</summary>
    Task<JsonObject> CreateAsync(ResourceType type, string? ns, JsonObject body, WriteOptions? options, CancellationToken cancellationToken);

    /// <summary>Replaces an object; 409 unless metadata.resourceVersion is the current one.</summary>
    Task<JsonObject> ReplaceAsync(ResourceType type, string? ns, string name, JsonObject body, WriteOptions? options, CancellationToken cancellationToken);

    /// <summary>Server-side apply; <see cref="WriteOptions.FieldManager"/> is required.</summary>
    Task<JsonObject> ApplyAsync(ResourceType type, string? ns, string name, JsonObject body, WriteOptions options, CancellationToken cancellationToken);

    /// <summary>JSON merge patch (RFC 7386).</summary>
    Task<JsonObject> MergePatchAsync(ResourceType type, string? ns, string name, JsonObject patch, WriteOptions? options, CancellationToken cancellationToken);

    /// <summary>Deletes an object; done when it is accepted, a 404 counts as done.</summary>
    Task DeleteAsync(ResourceType type, string? ns, string name, DeleteOptions? options, CancellationToken cancellationToken);

    /// <summary>
    /// Watches: first every existing object as <see cref="WatchEventType.Added"/>, then changes, until cancelled. Reconnects by itself;
    /// after 410 it lists again and yields what changed meanwhile, deletions included.
    /// </summary>
    IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? ns, ListOptions? options, CancellationToken cancellationToken);

    /// <summary>Runs a command in a container over WebSocket (v5.channel.k8s.io, else v4).</summary>
    /// <returns>The exit code. A connection that ended without a status is a <see cref="ExecConnectionException"/>, never a success.</returns>
    Task<ExecResult> ExecAsync(ExecRequest request, CancellationToken cancellationToken);

    /// <summary>Reads a container's log.</summary>
    Task<Stream> LogAsync(string ns, string pod, LogOptions options, CancellationToken cancellationToken);

    /// <summary>The API server's version, <c>(1, 36)</c>; read once and kept for ten minutes.</summary>
    Task<ServerVersion> VersionAsync(CancellationToken cancellationToken);
}

/// <summary>The API server's version.</summary>
/// <param name="Major">For example 1.</param>
/// <param name="Minor">For example 36; what follows the digits (<c>36+</c>) is left out.</param>
/// <param name="GitVersion">For example <c>v1.36.2</c>.</param>
public sealed record ServerVersion(int Major, int Minor, string GitVersion);

/// <summary>Which objects to list.</summary>
public sealed record ListOptions
{
    /// <summary>A label selector in Kubernetes' grammar.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>A field selector in Kubernetes' grammar.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Objects for each page; default 500.</summary>
    public int? PageSize { get; init; }
}

/// <summary>How to write.</summary>
public sealed record WriteOptions
{
    /// <summary><c>status</c> and the like; null for the object itself.</summary>
    public string? Subresource { get; init; }

    /// <summary>Who owns the fields written.</summary>
    public string? FieldManager { get; init; }

    /// <summary>Server-side apply: take fields from other owners.</summary>
    public bool Force { get; init; }

    /// <summary>Only say what would become of it.</summary>
    public bool DryRun { get; init; }
}

/// <summary>How to delete.</summary>
public sealed record DeleteOptions
{
    /// <summary>Only if the object has this uid.</summary>
    public string? Uid { get; init; }

    /// <summary>Only if the object has this resourceVersion.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary><c>Background</c> (default), <c>Foreground</c> or <c>Orphan</c>.</summary>
    public string? PropagationPolicy { get; init; }

    /// <summary>Seconds of grace; null for the object's own.</summary>
    public int? GracePeriodSeconds { get; init; }
}

/// <summary>What happened to a watched object.</summary>
public enum WatchEventType
{
    /// <summary>It is there, or came.</summary>
    Added,

    /// <summary>It changed.</summary>
    Modified,

    /// <summary>It is gone; the object is its last state.</summary>
    Deleted,
}

/// <summary>A change of a watched object.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object.</param>
public sealed record WatchEvent(WatchEventType Type, JsonObject Object);

/// <summary>Which log.</summary>
public sealed record LogOptions
{
    /// <summary>Container; default the only one.</summary>
    public string? Container { get; init; }

    /// <summary>Stay until the container ends.</summary>
    public bool Follow { get; init; }

    /// <summary>The last n lines only.</summary>
    public int? TailLines { get; init; }

    /// <summary>The instance before the last restart.</summary>
    public bool Previous { get; init; }
}

/// <summary>A command to run in a container.</summary>
public sealed record ExecRequest
{
    /// <summary>Namespace of the pod.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the pod.</summary>
    public required string Pod { get; init; }

    /// <summary>Name of the container.</summary>
    public required string Container { get; init; }

    /// <summary>argv; no shell.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Standard input, sent whole and then closed. v4 cannot close it: the command must know where its input ends.</summary>
    public ReadOnlyMemory<byte>? StandardInput { get; init; }

    /// <summary>Called with each chunk of standard output, in order; null discards it.</summary>
    public Func<ReadOnlyMemory<byte>, ValueTask>? OnStandardOutput { get; init; }

    /// <summary>Called with each chunk of standard error, in order; null discards it.</summary>
    public Func<ReadOnlyMemory<byte>, ValueTask>? OnStandardError { get; init; }
}

/// <summary>How a command ended.</summary>
/// <param name="ExitCode">Its exit code.</param>
public sealed record ExecResult(int ExitCode);
