using System.Collections.Concurrent;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Discovery;

namespace Stash.LocalCluster.Rest;

/// <summary>Every request: who asks, what for, who answers.</summary>
internal sealed class ApiHandler(ClusterCore core)
{
    private readonly ReadEndpoints _reads = new(core);
    private readonly WatchEndpoint _watches = new(core);
    private readonly WriteEndpoints _writes = new(core);
    private readonly PatchEndpoint _patches = new(core);
    private readonly DeleteEndpoints _deletes = new(core);
    private readonly SubresourceEndpoints _subresources = new(core);
    private readonly DiscoveryEndpoints _discovery = new(core);
    private readonly Authorization _authorization = new(core.Table);

    /// <summary>Requests answered, in order.</summary>
    public ConcurrentQueue<RecordedRequest> Requests { get; } = [];

    /// <summary>Rights that RBAC was asked for, in order.</summary>
    public ConcurrentQueue<UsedRight> Rights => _authorization.Used;

    /// <summary>Answers a request.</summary>
    public async Task HandleAsync(HttpContext http)
    {
        try
        {
            if (DiscoveryEndpoints.IsPublic(http.Request.Path))
            {
                await _discovery.AnswerAsync(http);
                return;
            }

            var user = Authentication.UserOf(http, core.Tokens);
            if (RequestTarget.Parse(http.Request.Path, core.Catalog) is { } target)
            {
                http.Response.OnStarting(() =>
                {
                    Record(http, user, target);
                    return Task.CompletedTask;
                });
                if (core.Options.EnforceRoles)
                {
                    await _authorization.DemandAsync(http, user, target);
                }

                await AnswerAsync(http, user, target);
            }
            else
            {
                await _discovery.AnswerAsync(http);
            }
        }
        catch (KubernetesException refusal) when (!http.Response.HasStarted)
        {
            await Responses.WriteAsync(http, refusal);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            http.Abort();
        }
        catch (Exception exception) when (!http.Response.HasStarted)
        {
            await Responses.WriteAsync(http, ApiErrors.InternalError(exception.ToString()));
        }
    }

    private Task AnswerAsync(HttpContext http, string user, RequestTarget target) => (http.Request.Method, target) switch
    {
        (_, { Subresource: not (null or "status") }) => _subresources.AnswerAsync(http, user, target),
        (_, { Subresource: "status", Resource.HasStatus: false }) => throw ApiErrors.NoSuchPath(),
        ("GET", { Name: not null }) => _reads.GetAsync(http, target),
        ("GET", _) when RequestTarget.IsWatch(http.Request) => _watches.WatchAsync(http, target),
        ("GET", _) => _reads.ListAsync(http, target),
        ("POST", { Name: null, Subresource: null }) => _writes.CreateAsync(http, user, target),
        ("PUT", { Name: not null }) => _writes.UpdateAsync(http, user, target),
        ("PATCH", { Name: not null }) => _patches.PatchAsync(http, user, target),
        ("DELETE", { Name: not null, Subresource: null }) => _deletes.DeleteAsync(http, user, target),
        ("DELETE", { Name: null }) => _deletes.DeleteCollectionAsync(http, user, target),
        _ => throw ApiErrors.MethodNotAllowed(),
    };

    private void Record(HttpContext http, string user, RequestTarget target)
    {
        var type = target.Resource.Type;
        var plural = target.Subresource is null ? type.Plural : $"{type.Plural}/{target.Subresource}";
        var request = new RecordedRequest(
            user, target.Verb(http.Request), type.Group, plural, target.Namespace ?? "", target.Name ?? "", http.Response.StatusCode);
        Requests.Enqueue(request);
        core.Options.OnAnswer?.Invoke(request);
    }
}
