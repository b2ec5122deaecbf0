using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Storage;

namespace Stash.LocalCluster.Rest;

/// <summary>create and update.</summary>
internal sealed class WriteEndpoints(ClusterCore core)
{
    /// <summary>Adds an object.</summary>
    public async Task CreateAsync(HttpContext http, string user, RequestTarget target)
    {
        if (target.Resource.Type.Namespaced && target.Namespace is null)
        {
            throw ApiErrors.MethodNotAllowed();
        }

        var context = ContextOf(http, user, target);
        var body = await RequestBody.ReadObjectAsync(http.Request, http.RequestAborted);
        try
        {
            var created = await core.Writer.CreateAsync(context, target.Namespace, body, http.RequestAborted);
            Responses.Warn(http, context.Warnings);
            await Responses.WriteAsync(http, 201, Representation.Of(http.Request).Single(target.Resource, created, core.Options.Time));
        }
        catch (Core.Kubernetes.KubernetesException)
        {
            Responses.Warn(http, context.Warnings);
            throw;
        }
    }

    /// <summary>Replaces an object.</summary>
    public async Task UpdateAsync(HttpContext http, string user, RequestTarget target)
    {
        var context = ContextOf(http, user, target);
        var body = await RequestBody.ReadObjectAsync(http.Request, http.RequestAborted);
        ObjectPreparation.Address(target.Resource, body, target.Namespace, target.Name);
        var namesVersion = body.Text("metadata", "resourceVersion").Length > 0;
        if (!namesVersion && target.Resource.IsCustom)
        {
            throw ApiErrors.Invalid(target.Resource.Type.Group, target.Resource.Type.Kind, target.Name!,
                [FieldFault.Invalid("metadata.resourceVersion", 0, "must be specified for an update")]);
        }

        var updated = await core.Writer.ChangeAsync(
            context, target.Namespace, target.Name!, target.Subresource, _ => new Change(body.Copy(), NamesVersion: namesVersion), http.RequestAborted);
        Responses.Warn(http, context.Warnings);
        await Responses.WriteAsync(http, 200, Representation.Of(http.Request).Single(target.Resource, updated, core.Options.Time));
    }

    /// <summary>What the query and the headers say of a write.</summary>
    public static WriteContext ContextOf(HttpContext http, string user, RequestTarget target)
    {
        var query = http.Request.Query;
        var dryRun = query["dryRun"].ToString();
        if (dryRun is not ("" or "All"))
        {
            throw ApiErrors.BadRequest($"dryRun: Unsupported value: \"{dryRun}\": supported values: \"All\"");
        }

        var agent = http.Request.Headers.UserAgent.ToString().Split('/')[0];
        var manager = query["fieldManager"].ToString();
        return new WriteContext(target.Resource, user)
        {
            DryRun = dryRun == "All",
            FieldManager = manager.Length > 0 ? manager : agent.Length > 0 ? agent : "unknown",
            FieldValidation = query["fieldValidation"].ToString() is { Length: > 0 } validation ? validation : "Warn",
        };
    }
}
