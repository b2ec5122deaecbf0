using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Patching;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Storage;

namespace Stash.LocalCluster.Rest;

/// <summary>patch in its four dialects.</summary>
internal sealed class PatchEndpoint(ClusterCore core)
{
    /// <summary>Patches an object; an apply may create it.</summary>
    public async Task PatchAsync(HttpContext http, string user, RequestTarget target)
    {
        var context = WriteEndpoints.ContextOf(http, user, target);
        var code = 200;
        JsonObject result;
        switch ((http.Request.ContentType ?? "").Split(';')[0].Trim())
        {
            case "application/merge-patch+json":
                var merge = await RequestBody.ReadNodeAsync(http.Request, http.RequestAborted);
                result = await ChangeAsync(http, context, target, current => MergePatch.Apply(current, merge));
                break;
            case "application/strategic-merge-patch+json" when !target.Resource.IsCustom:
                var strategic = await RequestBody.ReadObjectAsync(http.Request, http.RequestAborted);
                var shape = FieldShape.Of(target.Resource);
                result = await ChangeAsync(http, context, target, current => StrategicMergePatch.Apply(current, strategic, shape));
                break;
            case "application/json-patch+json":
                var operations = await RequestBody.ReadNodeAsync(http.Request, http.RequestAborted) as JsonArray
                    ?? throw ApiErrors.BadRequest("a JSON patch must be a list of operations");
                result = await ChangeAsync(http, context, target, current => JsonPatch.Apply(current, operations));
                break;
            case "application/apply-patch+yaml":
                (result, code) = await ApplyAsync(http, context, target);
                break;
            default:
                throw ApiErrors.UnsupportedMediaType(
                    "the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
                    + (target.Resource.IsCustom ? "" : ", application/strategic-merge-patch+json"));
        }

        Responses.Warn(http, context.Warnings);
        await Responses.WriteAsync(http, code, Representation.Of(http.Request).Single(target.Resource, result, core.Options.Time));
    }

    private Task<JsonObject> ChangeAsync(HttpContext http, WriteContext context, RequestTarget target, Func<JsonObject, JsonNode?> patch) =>
        core.Writer.ChangeAsync(context, target.Namespace, target.Name!, target.Subresource, current =>
        {
            var before = current.Text("metadata", "resourceVersion");
            var desired = Patched(target, current, patch);
            ObjectPreparation.Address(target.Resource, desired, target.Namespace, target.Name);
            var named = desired.Text("metadata", "resourceVersion");
            return new Change(desired, NamesVersion: named != before);
        }, http.RequestAborted);

    private static JsonObject Patched(RequestTarget target, JsonObject current, Func<JsonObject, JsonNode?> patch)
    {
        try
        {
            return patch(current) as JsonObject ?? throw ApiErrors.BadRequest("the patch leaves no object");
        }
        catch (FormatException exception)
        {
            throw ApiErrors.Make(422, "Invalid", "the server rejected our request due to an error in our request: " + exception.Message,
                target.Resource.Type.Group, target.Resource.Type.Plural, target.Name!);
        }
    }

    private async Task<(JsonObject Result, int Code)> ApplyAsync(HttpContext http, WriteContext context, RequestTarget target)
    {
        if (http.Request.Query["fieldManager"].ToString().Length == 0)
        {
            throw ApiErrors.Make(422, "Invalid", "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch");
        }

        var applied = await RequestBody.ReadObjectAsync(http.Request, http.RequestAborted);
        ObjectPreparation.Address(target.Resource, applied, target.Namespace, target.Name);
        if (applied.Object("metadata")!.ContainsKey("managedFields"))
        {
            throw ApiErrors.BadRequest("metadata.managedFields must be nil");
        }

        context = context with { IsApply = true };
        var force = http.Request.Query["force"].ToString() == "true";
        var now = core.Options.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture);
        while (true)
        {
            try
            {
                if (core.Table.Get(target.Resource.Collection, target.Namespace ?? "", target.Name!) is null && target.Subresource is null)
                {
                    return (await core.Writer.CreateAsync(context, target.Namespace, applied.Copy(), http.RequestAborted), 201);
                }

                var result = await core.Writer.ChangeAsync(context, target.Namespace, target.Name!, target.Subresource, current =>
                    new Change(
                        ServerSideApply.Merge(context, current, applied, force, target.Subresource, now), OwnsItself: true,
                        NamesVersion: applied.Text("metadata", "resourceVersion").Length > 0), http.RequestAborted);
                return (result, 200);
            }
            catch (KubernetesException exception) when (exception.Reason == "AlreadyExists")
            {
                // Created meanwhile by somebody else: merge into it.
                continue;
            }
        }
    }
}
