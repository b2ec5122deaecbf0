using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Patching;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Rest;
using Stash.LocalCluster.Storage;

namespace Stash.LocalCluster.Admission;

/// <summary>Built-in plugins and webhooks in the API server's order: mutating, then (after validation of the schema) validating.</summary>
internal sealed class AdmissionChain(ObjectTable table, ResourceCatalog catalog, WebhookCaller caller, ObjectPreparation preparation, VersionConversion conversion)
{
    private static readonly CollectionKey Mutating = new("admissionregistration.k8s.io", "mutatingwebhookconfigurations");
    private static readonly CollectionKey Validating = new("admissionregistration.k8s.io", "validatingwebhookconfigurations");

    /// <summary>Lets plugins and mutating webhooks change the object; a webhook that asks for it is called again after later ones changed something.</summary>
    /// <exception cref="KubernetesException">A webhook denied, or failed and may not.</exception>
    public async Task MutateAsync(AdmissionAttributes review, CancellationToken cancellationToken)
    {
        ServiceAccountPlugin.Apply(review);
        if (!review.Context.HasAdmission)
        {
            return;
        }

        var webhooks = Webhooks(Mutating).ToArray();
        var again = new List<Webhook>();
        foreach (var webhook in webhooks)
        {
            if (await CallAsync(webhook, review, cancellationToken))
            {
                again.AddRange(webhooks.TakeWhile(w => w != webhook).Where(w => w.IsReinvoked && !again.Contains(w)));
            }
        }

        ServiceAccountPlugin.Apply(review);
        foreach (var webhook in again)
        {
            await CallAsync(webhook, review, cancellationToken);
        }
    }

    /// <summary>Lets validating webhooks refuse.</summary>
    /// <exception cref="KubernetesException">A webhook denied, or failed and may not.</exception>
    public async Task ValidateAsync(AdmissionAttributes review, CancellationToken cancellationToken)
    {
        if (!review.Context.HasAdmission)
        {
            return;
        }

        foreach (var webhook in Webhooks(Validating))
        {
            await CallAsync(webhook, review, cancellationToken);
        }
    }

    private async Task<bool> CallAsync(Webhook webhook, AdmissionAttributes review, CancellationToken cancellationToken)
    {
        var versions = catalog.Versions(review.Context.Resource.Collection);
        if (webhook.Match(review, versions, NamespaceLabels(review)) is not { } version)
        {
            return false;
        }

        if (review.Context.DryRun && !webhook.AllowsDryRun)
        {
            throw ApiErrors.BadRequest($"admission webhook \"{webhook.Name}\" does not support dry run");
        }

        WebhookAnswer answer;
        try
        {
            var (body, old) = (await ConvertAsync(review.Object, version), await ConvertAsync(review.OldObject, version));
            answer = await caller.CallAsync(webhook, AdmissionReview.Write(review, version, body, old), cancellationToken);
        }
        catch (WebhookException exception) when (webhook.IgnoresFailure)
        {
            caller.Report(webhook, exception);
            return false;
        }
        catch (WebhookException exception)
        {
            throw ApiErrors.InternalError($"failed calling webhook \"{webhook.Name}\": {exception.Message}");
        }

        review.Context.Warnings.AddRange(answer.Warnings);
        if (!answer.IsAllowed)
        {
            throw AdmissionReview.Denial(webhook, answer);
        }

        return webhook.IsMutating && answer.Patch is { Count: > 0 } patch && review.Object is not null
            && await PatchAsync();

        async Task<bool> PatchAsync()
        {
            var before = (await ConvertAsync(review.Object, version))!;
            var after = Patched(webhook, before, patch);
            if (JsonNode.DeepEquals(before, after))
            {
                return false;
            }

            review.Object = await ConvertAsync(after, review.Context.Resource);
            preparation.Complete(review.Context, review.Object!);
            return true;
        }

        async Task<JsonObject?> ConvertAsync(JsonObject? body, ResourceDefinition wanted) => body is null
            ? null
            : (await conversion.ConvertAsync(wanted, [body.Copy()], wanted.Type.ApiVersion, cancellationToken))[0];
    }

    private static JsonObject Patched(Webhook webhook, JsonObject body, JsonArray patch)
    {
        try
        {
            return JsonPatch.Apply(body, patch) as JsonObject ?? throw new FormatException("it leaves no object");
        }
        catch (FormatException exception)
        {
            throw ApiErrors.InternalError($"the patch of admission webhook \"{webhook.Name}\" cannot be applied: {exception.Message}");
        }
    }

    private JsonObject? NamespaceLabels(AdmissionAttributes review)
    {
        if (review.Context.Resource.Collection == new CollectionKey("", "namespaces"))
        {
            return (review.Object ?? review.OldObject).Object("metadata", "labels");
        }

        return review.Namespace.Length == 0
            ? null
            : table.Get(new CollectionKey("", "namespaces"), "", review.Namespace)?.Read().Object("metadata", "labels") ?? [];
    }

    private IEnumerable<Webhook> Webhooks(CollectionKey kind) => table.List(kind, null).Objects
        .OrderBy(o => o.Name, StringComparer.Ordinal)
        .SelectMany(o => o.Read().Array("webhooks").Objects())
        .Select(w => new Webhook(w, kind == Mutating));
}
