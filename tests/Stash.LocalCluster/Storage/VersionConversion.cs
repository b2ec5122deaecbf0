using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Rest;

namespace Stash.LocalCluster.Storage;

/// <summary>Objects in another version of their kind: <c>apiVersion</c> is rewritten (strategy None) or a webhook is asked.</summary>
internal sealed class VersionConversion
{
    /// <summary>Asks a conversion webhook: the CustomResourceDefinition, the objects, the wanted apiVersion. Set by whoever can.</summary>
    public Func<JsonObject, IReadOnlyList<JsonObject>, string, CancellationToken, Task<IReadOnlyList<JsonObject>>>? Webhook { get; set; }

    /// <summary>The objects in another version.</summary>
    public async Task<IReadOnlyList<JsonObject>> ConvertAsync(
        ResourceDefinition resource, IReadOnlyList<JsonObject> objects, string apiVersion, CancellationToken cancellationToken)
    {
        if (!NeedsWebhook(resource))
        {
            return [.. objects.Select(o => Rewrite(o, apiVersion))];
        }

        var foreign = objects.Where(o => o.Text("apiVersion") != apiVersion).ToArray();
        if (foreign.Length == 0)
        {
            return objects;
        }

        var webhook = Webhook ?? throw ApiErrors.NotImplemented("conversion by webhook");
        try
        {
            var answers = await webhook(resource.Crd!, foreign, apiVersion, cancellationToken);
            var converted = new Queue<JsonObject>(answers.Select((answer, i) => ConvertedObject.Accept(foreign[i], answer, apiVersion, i)));
            return [.. objects.Select(o => o.Text("apiVersion") == apiVersion ? o : converted.Dequeue())];
        }
        catch (Admission.WebhookException exception)
        {
            throw ApiErrors.Make(500, "", $"conversion webhook for {foreign[0].Text("apiVersion")}, Kind={resource.Type.Kind} failed: {exception.Message}");
        }
    }

    /// <summary>One object in another version, in process.</summary>
    /// <exception cref="NotSupportedException">Only a webhook could convert it.</exception>
    public static JsonObject Convert(ResourceDefinition resource, JsonObject body, string apiVersion) =>
        body.Text("apiVersion") == apiVersion || !NeedsWebhook(resource)
            ? Rewrite(body, apiVersion)
            : throw new NotSupportedException($"{resource.Type.Plural} are converted by a webhook: in process they are to be had in {body.Text("apiVersion")} only");

    private static bool NeedsWebhook(ResourceDefinition resource) => resource.Crd.Text("spec", "conversion", "strategy") == "Webhook";

    private static JsonObject Rewrite(JsonObject body, string apiVersion)
    {
        body["apiVersion"] = apiVersion;
        return body;
    }
}
