using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;

namespace Stash.Runner.Tests.Run;

/// <summary>
/// An <see cref="IKubernetesClient"/> over a dictionary, for circumstances that a real cluster cannot be brought into at will: an API that
/// fails at a given call, a stream that is cut at a given byte. Label selectors of the form <c>a=b,c=d</c>, merge patches and conflicts on
/// create, replace and patch work; apply and watch are not there. Whole runs on real sidecars are in Stash.EndToEnd.Tests.
/// </summary>
internal sealed class MemoryCluster : IKubernetesClient
{
    private readonly Dictionary<(string Plural, string Ns, string Name), JsonObject> _objects = [];
    private readonly Lock _gate = new();
    private int _version;

    public Func<ExecRequest, CancellationToken, Task<ExecResult>> OnExec { get; set; } =
        (_, _) => throw new KubernetesException(HttpStatusCode.NotFound, "container not found");

    /// <summary>Called before every call with verb and plural; may throw.</summary>
    public Action<string, string> OnCall { get; set; } = (_, _) => { };

    /// <summary>The log of a pod.</summary>
    public Func<string, string> OnLog { get; set; } = _ => "";

    public string DefaultNamespace => "default";

    public void Add(ResourceType type, JsonObject body) => Store(type, body);

    public JsonObject? Peek(ResourceType type, string name, string ns = "app")
    {
        lock (_gate)
        {
            return _objects.GetValueOrDefault((type.Plural, ns, name))?.DeepClone().AsObject();
        }
    }

    public IReadOnlyList<JsonObject> All(ResourceType type)
    {
        lock (_gate)
        {
            return [.. _objects.Where(o => o.Key.Plural == type.Plural).Select(o => o.Value.DeepClone().AsObject())];
        }
    }

    public async Task<JsonObject> GetAsync(ResourceType type, string? ns, string name, CancellationToken cancellationToken) =>
        await FindAsync(type, ns, name, cancellationToken) ?? throw new KubernetesException(HttpStatusCode.NotFound, $"{type.Plural} \"{name}\" not found");

    public Task<JsonObject?> FindAsync(ResourceType type, string? ns, string name, CancellationToken cancellationToken)
    {
        OnCall("get", type.Plural);
        return Task.FromResult(Peek(type, name, ns ?? ""));
    }

    public async IAsyncEnumerable<JsonObject> ListAsync(
        ResourceType type, string? ns, ListOptions? options, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        OnCall("list", type.Plural);
        await Task.Yield();
        var terms = (options?.LabelSelector ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(t => t.Split('=', 2)).ToList();
        foreach (var found in All(type).Where(o => terms.TrueForAll(t => (string?)o["metadata"]?["labels"]?[t[0]] == t[1])))
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return found;
        }
    }

    public Task<JsonObject> CreateAsync(ResourceType type, string? ns, JsonObject body, WriteOptions? options, CancellationToken cancellationToken)
    {
        OnCall("create", type.Plural);
        if (Peek(type, (string)body["metadata"]!["name"]!, ns ?? "") is not null)
        {
            throw new KubernetesException(HttpStatusCode.Conflict, "already exists", "AlreadyExists");
        }

        return Task.FromResult(Store(type, body));
    }

    public Task<JsonObject> ReplaceAsync(
        ResourceType type, string? ns, string name, JsonObject body, WriteOptions? options, CancellationToken cancellationToken)
    {
        OnCall("update", type.Plural);
        var there = Peek(type, name, ns ?? "");
        return (string?)there?["metadata"]?["resourceVersion"] == (string?)body["metadata"]!["resourceVersion"]
            ? Task.FromResult(Store(type, body))
            : throw new KubernetesException(HttpStatusCode.Conflict, "changed meanwhile", "Conflict");
    }

    public async Task<JsonObject> MergePatchAsync(
        ResourceType type, string? ns, string name, JsonObject patch, WriteOptions? options, CancellationToken cancellationToken)
    {
        OnCall("patch", type.Plural);
        var there = await GetAsync(type, ns, name, cancellationToken);
        if (patch["metadata"]?["resourceVersion"] is { } version && (string?)version != (string?)there["metadata"]!["resourceVersion"])
        {
            throw new KubernetesException(HttpStatusCode.Conflict, "changed meanwhile", "Conflict");
        }

        Merge(there, patch);
        return Store(type, there);
    }

    public Task DeleteAsync(ResourceType type, string? ns, string name, DeleteOptions? options, CancellationToken cancellationToken)
    {
        OnCall("delete", type.Plural);
        lock (_gate)
        {
            _objects.Remove((type.Plural, ns ?? "", name));
        }

        return Task.CompletedTask;
    }

    public Task<ExecResult> ExecAsync(ExecRequest request, CancellationToken cancellationToken) => OnExec(request, cancellationToken);

    public Task<JsonObject> ApplyAsync(
        ResourceType type, string? ns, string name, JsonObject body, WriteOptions options, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public IAsyncEnumerable<WatchEvent> WatchAsync(ResourceType type, string? ns, ListOptions? options, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<Stream> LogAsync(string ns, string pod, LogOptions options, CancellationToken cancellationToken) =>
        Task.FromResult<Stream>(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(OnLog(pod))));

    public Task<ServerVersion> VersionAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    public void Dispose()
    {
    }

    private JsonObject Store(ResourceType type, JsonObject body)
    {
        lock (_gate)
        {
            var kept = body.DeepClone().AsObject();
            var metadata = kept["metadata"]!.AsObject();
            _version++;
            metadata["resourceVersion"] = _version.ToString(CultureInfo.InvariantCulture);
            metadata["uid"] ??= $"uid-{_version}";
            metadata["creationTimestamp"] ??= "2026-01-01T00:00:00Z";
            _objects[(type.Plural, (string?)metadata["namespace"] ?? "", (string)metadata["name"]!)] = kept;
            return kept.DeepClone().AsObject();
        }
    }

    private static void Merge(JsonObject under, JsonObject over)
    {
        foreach (var (name, value) in over)
        {
            if (value is JsonObject more)
            {
                if (under[name] is not JsonObject)
                {
                    under[name] = new JsonObject();
                }

                Merge(under[name]!.AsObject(), more);
            }
            else if (value is null)
            {
                under.Remove(name);
            }
            else
            {
                under[name] = value.DeepClone();
            }
        }
    }
}
