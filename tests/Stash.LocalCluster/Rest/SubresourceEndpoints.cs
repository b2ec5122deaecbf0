using System.Globalization;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Patching;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Storage;

namespace Stash.LocalCluster.Rest;

/// <summary>What lies below an object: log, exec, eviction, token, scale.</summary>
internal sealed class SubresourceEndpoints(ClusterCore core)
{
    private static readonly CollectionKey Pods = new("", "pods");
    private readonly DeleteEndpoints _deletes = new(core);

    /// <summary>Answers a request for a subresource other than status.</summary>
    public Task AnswerAsync(HttpContext http, string user, RequestTarget target) => (http.Request.Method, target.Resource.Type.Group, target.Resource.Type.Plural, target.Subresource) switch
    {
        ("GET", "", "pods", "log") => LogAsync(http, target),
        ("GET" or "POST", "", "pods", "exec") => ExecEndpoint.AnswerAsync(http, core, target, ContainerOf(http, Require(target))),
        ("POST", "", "pods", "eviction") => EvictAsync(http, user, target),
        ("POST", "", "serviceaccounts", "token") => TokenAsync(http, target),
        ("GET" or "PUT" or "PATCH", _, _, "scale") when target.Resource.HasScale => ScaleAsync(http, user, target),
        _ => throw ApiErrors.NoSuchPath(),
    };

    private async Task LogAsync(HttpContext http, RequestTarget target)
    {
        var query = http.Request.Query;
        var container = ContainerOf(http, Require(target));
        var runtime = core.Runtime ?? throw ApiErrors.NotImplemented("logs: no pods run here (RunPods is off)");
        int? tail = int.TryParse(query["tailLines"], CultureInfo.InvariantCulture, out var lines) ? lines : null;
        var options = new PodLogOptions(query["follow"] == "true", tail, query["previous"] == "true", query["timestamps"] == "true");
        http.Response.ContentType = "text/plain";
        try
        {
            await runtime.LogsAsync(target.Namespace!, target.Name!, container, options, http.Response.Body, http.RequestAborted);
        }
        catch (PodRuntimeException exception)
        {
            throw ApiErrors.BadRequest(exception.Message);
        }
    }

    private async Task EvictAsync(HttpContext http, string user, RequestTarget target)
    {
        var body = await RequestBody.ReadObjectAsync(http.Request, http.RequestAborted);
        var context = WriteEndpoints.ContextOf(http, user, target);
        var grace = (int?)body.Number("deleteOptions", "gracePeriodSeconds");
        await _deletes.DeleteOneAsync(context, target, target.Namespace, target.Name!, new DeleteRequest(GracePeriodSeconds: grace), http.RequestAborted);
        await Responses.WriteAsync(http, 201, Responses.Success("", "pods", target.Name!, ""));
    }

    private async Task TokenAsync(HttpContext http, RequestTarget target)
    {
        Require(target);
        var request = await RequestBody.ReadObjectAsync(http.Request, http.RequestAborted);
        var seconds = request.Number("spec", "expirationSeconds") ?? 3600;
        request["kind"] = "TokenRequest";
        request["apiVersion"] = "authentication.k8s.io/v1";
        request["status"] = new JsonObject
        {
            ["token"] = core.Tokens.Issue(target.Namespace!, target.Name!),
            ["expirationTimestamp"] = core.Options.Time.GetUtcNow().AddSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        };
        await Responses.WriteAsync(http, 201, request);
    }

    private async Task ScaleAsync(HttpContext http, string user, RequestTarget target)
    {
        var current = Require(target);
        if (http.Request.Method != "GET")
        {
            var isPatch = http.Request.Method == "PATCH";
            var sent = await RequestBody.ReadObjectAsync(http.Request, http.RequestAborted);
            current = await core.Writer.ChangeAsync(WriteEndpoints.ContextOf(http, user, target), target.Namespace, target.Name!, null, workload =>
            {
                var scale = isPatch ? (JsonObject)MergePatch.Apply(Scale(workload), sent)! : sent;
                workload.Ensure("spec")["replicas"] = scale.Number("spec", "replicas") ?? 0;
                return new Change(workload);
            }, http.RequestAborted);
        }

        await Responses.WriteAsync(http, 200, Scale(current));
    }

    private static JsonObject Scale(JsonObject workload) => new()
    {
        ["kind"] = "Scale",
        ["apiVersion"] = "autoscaling/v1",
        ["metadata"] = new JsonObject
        {
            ["name"] = workload.Name(),
            ["namespace"] = workload.Namespace(),
            ["uid"] = workload.Text("metadata", "uid"),
            ["resourceVersion"] = workload.Text("metadata", "resourceVersion"),
        },
        ["spec"] = new JsonObject { ["replicas"] = workload.Number("spec", "replicas") ?? 1 },
        ["status"] = new JsonObject { ["replicas"] = workload.Number("status", "replicas") ?? 0 },
    };

    private JsonObject Require(RequestTarget target) =>
        core.Table.Get(target.Resource.Collection, target.Namespace ?? "", target.Name!)?.Read()
            ?? throw ApiErrors.NotFound(target.Resource.Type.Group, target.Resource.Type.Plural, target.Name!);

    private static string ContainerOf(HttpContext http, JsonObject pod)
    {
        var names = pod.Array("spec", "containers").Objects().Select(c => c.Text("name")).ToArray();
        var all = names.Concat(pod.Array("spec", "initContainers").Objects().Select(c => c.Text("name"))).ToArray();
        var wanted = http.Request.Query["container"].ToString();
        if (wanted.Length == 0)
        {
            return names.Length == 1 ? names[0] : throw ApiErrors.BadRequest(
                $"a container name must be specified for pod {pod.Name()}, choose one of: [{string.Join(' ', names)}]");
        }

        return all.Contains(wanted) ? wanted : throw ApiErrors.BadRequest($"container {wanted} is not valid for pod {pod.Name()}");
    }
}
