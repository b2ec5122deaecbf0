using System.Collections.Concurrent;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;

namespace Stash.Webhook.Tests;

/// <summary>Objects in memory, for reading and, as the webhook does it, creating. Reads can be held, counted and made to fail; what the webhook never calls throws.</summary>
internal sealed class FakeKubernetes : IKubernetesClient
{
    private readonly ConcurrentDictionary<(string Kind, string? Namespace, string Name), JsonObject> objects = new();
    private readonly ConcurrentQueue<string> reads = new();
    private int waiting;

    public string DefaultNamespace => "default";

    /// <summary>What was read, as kind/namespace/name.</summary>
    public IReadOnlyCollection<string> Reads => reads;

    /// <summary>Reads wait for this; null does not hold them.</summary>
    public Func<CancellationToken, Task>? Gate { get; set; }

    /// <summary>How many reads, of objects and of the version, have come to the gate.</summary>
    public int Waiting => waiting;

    public bool IsDown { get; set; }

    public ServerVersion Version { get; set; } = new(1, 36, "v1.36.0");

    public void Put(JsonObject json) =>
        objects[((string)json["kind"]!, (string?)json["metadata"]!["namespace"], (string)json["metadata"]!["name"]!)] = json;

    public void Remove(string kind, string ns, string name) => objects.TryRemove((kind, ns, name), out _).ShouldBeTrue();

    public async Task<JsonObject?> FindAsync(ResourceType type, string? ns, string name, CancellationToken cancellationToken)
    {
        reads.Enqueue($"{type.Kind}/{ns}/{name}");
        var found = objects.GetValueOrDefault((type.Kind, ns, name))?.DeepClone().AsObject();
        await AnswerAsync(cancellationToken);
        return found;
    }

    public async IAsyncEnumerable<JsonObject> ListAsync(
        ResourceType type, string? ns, ListOptions? options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        reads.Enqueue($"{type.Kind}/{ns}/*");
        await AnswerAsync(cancellationToken);
        foreach (var (_, json) in objects.Where(one => one.Key.Kind == type.Kind && (ns is null || one.Key.Namespace == ns))
            .OrderBy(one => $"{one.Key.Namespace}/{one.Key.Name}", StringComparer.Ordinal))
        {
            yield return json.DeepClone().AsObject();
        }
    }

    public async Task<ServerVersion> VersionAsync(CancellationToken cancellationToken)
    {
        await AnswerAsync(cancellationToken);
        return Version;
    }

    public Task<JsonObject> GetAsync(ResourceType type, string? ns, string name, CancellationToken cancellationToken) => throw Unasked();

    public async Task<JsonObject> CreateAsync(ResourceType type, string? ns, JsonObject body, WriteOptions? options, CancellationToken cancellationToken)
    {
        await AnswerAsync(cancellationToken);
        ns.ShouldBe((string?)body["metadata"]!["namespace"]);
        return objects.TryAdd((type.Kind, ns, (string)body["metadata"]!["name"]!), body)
            ? body
            : throw new KubernetesException(HttpStatusCode.Conflict, $"{type.Kind} exists already");
    }

    /// <summary>What there is of a kind.</summary>
    public IReadOnlyList<JsonObject> Of(string kind) => [.. objects.Where(one => one.Key.Kind == kind).Select(one => one.Value)];

    public Task<JsonObject> ReplaceAsync(ResourceType type, string? ns, string name, JsonObject body, WriteOptions? options, CancellationToken cancellationToken) => throw Unasked();

    public Task<JsonObject> ApplyAsync(ResourceType type, string? ns, string name, JsonObject body, WriteOptions options, CancellationToken cancellationToken) => throw Unasked();

    public Task<JsonObject> MergePatchAsync(ResourceType type, string? ns, string name, JsonObject patch, WriteOptions? options, CancellationToken cancellationToken) => throw Unasked();

    public Task DeleteAsync(ResourceType type, string? ns, string name, DeleteOptions? options, CancellationToken cancellationToken) => throw Unasked();

    public IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? ns, ListOptions? options, CancellationToken cancellationToken) => throw Unasked();

    public Task<ExecResult> ExecAsync(ExecRequest request, CancellationToken cancellationToken) => throw Unasked();

    public Task<Stream> LogAsync(string ns, string pod, LogOptions options, CancellationToken cancellationToken) => throw Unasked();

    public void Dispose()
    {
        // Nothing is held.
    }

    private static NotSupportedException Unasked() => new("the webhook only reads objects, lists and the version, and creates Jobs");

    private async Task AnswerAsync(CancellationToken cancellationToken)
    {
        if (Gate is { } gate)
        {
            Interlocked.Increment(ref waiting);
            await gate(cancellationToken);
        }

        if (IsDown)
        {
            throw new KubernetesException(HttpStatusCode.ServiceUnavailable, "the server is down");
        }
    }
}
