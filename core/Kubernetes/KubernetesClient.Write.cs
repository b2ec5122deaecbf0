using System.Net;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes.Requests;

namespace Stash.Core.Kubernetes;

/// <content>Writing.</content>
public sealed partial class KubernetesClient
{
    /// <inheritdoc/>
    public Task<JsonObject> CreateAsync(
        ResourceType type, string? ns, JsonObject body, WriteOptions? options, CancellationToken cancellationToken)
    {
        var home = ns ?? ListPage.Metadata(body, "namespace") ?? DefaultNamespace;
        var path = options?.Subresource is { } subresource
            ? ResourcePath.Object(type, home, ListPage.Metadata(body, "name") ?? "", subresource)
            : ResourcePath.Collection(type, home);
        return ObjectAsync(
            new(HttpMethod.Post, path + Query(options))
            {
                Body = Json.Write(Typed(type, body)),
                Repeatable = !string.IsNullOrEmpty(ListPage.Metadata(body, "name")),
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public Task<JsonObject> ReplaceAsync(
        ResourceType type, string? ns, string name, JsonObject body, WriteOptions? options, CancellationToken cancellationToken) =>
        WriteAsync(HttpMethod.Put, "application/json", type, ns, name, Typed(type, body), options, cancellationToken);

    /// <inheritdoc/>
    public Task<JsonObject> ApplyAsync(
        ResourceType type, string? ns, string name, JsonObject body, WriteOptions options, CancellationToken cancellationToken) =>
        string.IsNullOrEmpty(options.FieldManager)
            ? throw new ArgumentException("server-side apply needs a field manager", nameof(options))
            : WriteAsync(HttpMethod.Patch, "application/apply-patch+yaml", type, ns, name, Typed(type, body), options, cancellationToken);

    /// <inheritdoc/>
    public Task<JsonObject> MergePatchAsync(
        ResourceType type, string? ns, string name, JsonObject patch, WriteOptions? options, CancellationToken cancellationToken) =>
        WriteAsync(HttpMethod.Patch, "application/merge-patch+json", type, ns, name, patch, options, cancellationToken);

    /// <inheritdoc/>
    public async Task DeleteAsync(ResourceType type, string? ns, string name, DeleteOptions? options, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "DeleteOptions",
            ["propagationPolicy"] = options?.PropagationPolicy ?? "Background",
        };
        if (options?.GracePeriodSeconds is { } seconds)
        {
            body["gracePeriodSeconds"] = seconds;
        }

        var preconditions = new JsonObject();
        if (options?.Uid is { } uid)
        {
            preconditions["uid"] = uid;
        }

        if (options?.ResourceVersion is { } version)
        {
            preconditions["resourceVersion"] = version;
        }

        if (preconditions.Count > 0)
        {
            body["preconditions"] = preconditions;
        }

        try
        {
            await WriteAsync(HttpMethod.Delete, "application/json", type, ns, name, body, options: null, cancellationToken).ConfigureAwait(false);
        }
        catch (KubernetesException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
        }
    }

    private Task<JsonObject> WriteAsync(
        HttpMethod method, string contentType, ResourceType type, string? ns, string name, JsonObject body, WriteOptions? options,
        CancellationToken cancellationToken)
    {
        var path = ResourcePath.Object(
            type, ns ?? ListPage.Metadata(body, "namespace") ?? DefaultNamespace, name, options?.Subresource);
        return ObjectAsync(new(method, path + Query(options)) { Body = Json.Write(body), ContentType = contentType }, cancellationToken);
    }

    private static string Query(WriteOptions? options) => ResourcePath.Query(
        ("fieldManager", options?.FieldManager),
        ("force", options is { Force: true } ? "true" : null),
        ("dryRun", options is { DryRun: true } ? "All" : null));

    /// <summary>The object with the apiVersion and kind that its path asks for; the caller's own stays as it is.</summary>
    private static JsonObject Typed(ResourceType type, JsonObject body)
    {
        if (body.ContainsKey("apiVersion") && body.ContainsKey("kind"))
        {
            return body;
        }

        var copy = body.DeepClone().AsObject();
        copy["apiVersion"] ??= type.ApiVersion;
        copy["kind"] ??= type.Kind;
        return copy;
    }
}
