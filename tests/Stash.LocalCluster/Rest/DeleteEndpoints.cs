using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Admission;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Selectors;
using Stash.LocalCluster.Storage;

namespace Stash.LocalCluster.Rest;

/// <summary>delete and deletecollection.</summary>
internal sealed class DeleteEndpoints(ClusterCore core)
{
    /// <summary>Deletes one object.</summary>
    public async Task DeleteAsync(HttpContext http, string user, RequestTarget target)
    {
        var context = WriteEndpoints.ContextOf(http, user, target);
        var request = await ReadRequestAsync(http);
        var answer = await DeleteOneAsync(context, target, target.Namespace, target.Name!, request, http.RequestAborted);
        Responses.Warn(http, context.Warnings);
        await Responses.WriteAsync(http, 200, answer);
    }

    /// <summary>Deletes what the selectors select.</summary>
    public async Task DeleteCollectionAsync(HttpContext http, string user, RequestTarget target)
    {
        var context = WriteEndpoints.ContextOf(http, user, target);
        var request = await ReadRequestAsync(http);
        var labels = LabelSelector.FromQuery(http.Request.Query["labelSelector"]);
        var fields = FieldSelector.FromQuery(http.Request.Query["fieldSelector"]);
        foreach (var stored in core.Table.List(target.Resource.Collection, target.Namespace).Objects)
        {
            var body = stored.Read();
            if (!labels.Matches(body.Object("metadata", "labels")) || !fields.Matches(body))
            {
                continue;
            }

            try
            {
                await DeleteOneAsync(context, target, stored.Namespace, stored.Name, request, http.RequestAborted);
            }
            catch (KubernetesException exception) when (exception.Reason == "NotFound")
            {
                // It went meanwhile, as asked.
                continue;
            }
        }

        Responses.Warn(http, context.Warnings);
        await Responses.WriteAsync(http, 200, Responses.Success(target.Resource.Type.Group, target.Resource.Type.Plural, "", ""));
    }

    /// <summary>Deletes one object with admission.</summary>
    public async Task<JsonObject> DeleteOneAsync(
        WriteContext context, RequestTarget target, string? ns, string name, DeleteRequest request, CancellationToken cancellationToken)
    {
        var resource = target.Resource;
        var old = core.Table.Get(resource.Collection, ns ?? "", name)?.Read() ?? throw ApiErrors.NotFound(resource.Type.Group, resource.Type.Plural, name);
        ObjectDeleter.CheckPreconditions(resource, old, request);
        var review = new AdmissionAttributes(context, "DELETE", null) { OldObject = old, Namespace = ns ?? "", Name = name };
        await core.Admission.MutateAsync(review, cancellationToken);
        await core.Admission.ValidateAsync(review, cancellationToken);
        var uid = old.Text("metadata", "uid");
        if (context.DryRun)
        {
            return Responses.Success(resource.Type.Group, resource.Type.Plural, name, uid);
        }

        var gone = core.Deleter.Delete(resource, ns, name, request);
        return core.Table.Get(resource.Collection, ns ?? "", name) is { } left && left.Read().Text("metadata", "uid") == uid
            ? gone
            : Responses.Success(resource.Type.Group, resource.Type.Plural, name, uid);
    }

    private static async Task<DeleteRequest> ReadRequestAsync(HttpContext http)
    {
        var body = await RequestBody.ReadObjectAsync(http.Request, http.RequestAborted);
        var query = http.Request.Query;
        var policy = body.Text("propagationPolicy") is { Length: > 0 } inBody ? inBody : query["propagationPolicy"].ToString();
        if (policy is not ("" or "Background" or "Foreground" or "Orphan"))
        {
            throw ApiErrors.BadRequest($"propagationPolicy: Unsupported value: \"{policy}\": supported values: \"Foreground\", \"Background\", \"Orphan\"");
        }

        if (policy.Length == 0 && body.Flag("orphanDependents"))
        {
            policy = "Orphan";
        }

        var grace = body.Number("gracePeriodSeconds")
            ?? (int.TryParse(query["gracePeriodSeconds"], System.Globalization.CultureInfo.InvariantCulture, out var seconds) ? seconds : null);
        return new DeleteRequest(
            body.Text("preconditions", "uid") is { Length: > 0 } uid ? uid : null,
            body.Text("preconditions", "resourceVersion") is { Length: > 0 } version ? version : null,
            policy.Length == 0 ? "Background" : policy,
            (int?)grace);
    }
}
