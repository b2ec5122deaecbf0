using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Rest;

namespace Stash.LocalCluster.Admission;

/// <summary>admission.k8s.io/v1 on the wire.</summary>
internal static class AdmissionReview
{
    /// <summary>The request, in the version that the webhook wants.</summary>
    /// <param name="review">The write.</param>
    /// <param name="version">The version that the webhook wants.</param>
    /// <param name="body">The object in that version; null on DELETE.</param>
    /// <param name="old">The stored object in that version; null on CREATE.</param>
    public static JsonObject Write(AdmissionAttributes review, ResourceDefinition version, JsonObject? body, JsonObject? old)
    {
        var asked = review.Context.Resource.Type;
        var request = new JsonObject
        {
            ["uid"] = Guid.NewGuid().ToString(),
            ["kind"] = Kind(version.Type),
            ["resource"] = Resource(version.Type),
            ["requestKind"] = Kind(asked),
            ["requestResource"] = Resource(asked),
            ["operation"] = review.Operation,
            ["userInfo"] = new JsonObject
            {
                ["username"] = review.Context.User,
                ["groups"] = new JsonArray([.. Authentication.GroupsOf(review.Context.User).Select(g => (JsonNode?)g)]),
            },
            ["object"] = body?.Copy(),
            ["oldObject"] = old?.Copy(),
            ["dryRun"] = review.Context.DryRun,
            ["options"] = new JsonObject { ["kind"] = Options(review.Operation), ["apiVersion"] = "meta.k8s.io/v1" },
        };
        if (review.Name.Length > 0)
        {
            request["name"] = review.Name;
        }

        if (review.Namespace.Length > 0)
        {
            request["namespace"] = review.Namespace;
        }

        if (review.Subresource is { } subresource)
        {
            request["subResource"] = subresource;
            request["requestSubResource"] = subresource;
        }

        return new JsonObject { ["kind"] = "AdmissionReview", ["apiVersion"] = "admission.k8s.io/v1", ["request"] = request };
    }

    /// <summary>Reads the response to a request.</summary>
    /// <exception cref="WebhookException">It is malformed.</exception>
    public static WebhookAnswer Read(JsonObject answer, string uid)
    {
        if (answer.Text("apiVersion") != "admission.k8s.io/v1" || answer.Text("kind") != "AdmissionReview")
        {
            throw new WebhookException($"expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got {answer.Text("apiVersion")}, Kind={answer.Text("kind")}");
        }

        var response = answer.Object("response") ?? throw new WebhookException("webhook response was absent");
        if (response.Text("uid") != uid)
        {
            throw new WebhookException($"expected response.uid=\"{uid}\", got \"{response.Text("uid")}\"");
        }

        var patch = response.Text("patch");
        if ((patch.Length > 0) != (response.Text("patchType") == "JSONPatch"))
        {
            throw new WebhookException("webhook returned response.patch but not response.patchType, or the other way round");
        }

        return new WebhookAnswer(
            response.Flag("allowed"), ReadPatch(patch), [.. response.Array("warnings").Strings()], response.Object("status"));
    }

    /// <summary>What the client is told of a denial.</summary>
    public static KubernetesException Denial(Webhook webhook, WebhookAnswer answer)
    {
        var said = answer.Status.Text("message") is { Length: > 0 } message ? message : answer.Status.Text("reason");
        var text = $"admission webhook \"{webhook.Name}\" denied the request" + (said.Length > 0 ? $": {said}" : " without explanation");
        var code = answer.Status.Number("code") is { } given ? (int)Math.Max(given, 400) : 403;
        var reason = answer.Status.Text("reason") is { Length: > 0 } told ? told : code == 403 ? "Forbidden" : "";
        var status = (answer.Status ?? []).Copy();
        status["kind"] = "Status";
        status["apiVersion"] = "v1";
        status["metadata"] = new JsonObject();
        status["status"] = "Failure";
        status["message"] = text;
        status["code"] = code;
        if (reason.Length > 0)
        {
            status["reason"] = reason;
        }

        return new KubernetesException((System.Net.HttpStatusCode)code, text, reason, status);
    }

    private static JsonArray? ReadPatch(string patch)
    {
        if (patch.Length == 0)
        {
            return null;
        }

        try
        {
            return JsonNode.Parse(Convert.FromBase64String(patch)) as JsonArray ?? throw new FormatException("it is no list");
        }
        catch (Exception exception) when (exception is FormatException or System.Text.Json.JsonException)
        {
            throw new WebhookException($"webhook returned a patch that cannot be read: {exception.Message}", exception);
        }
    }

    private static JsonObject Kind(ResourceType type) => new() { ["group"] = type.Group, ["version"] = type.Version, ["kind"] = type.Kind };

    private static JsonObject Resource(ResourceType type) => new() { ["group"] = type.Group, ["version"] = type.Version, ["resource"] = type.Plural };

    private static string Options(string operation) => operation switch { "CREATE" => "CreateOptions", "DELETE" => "DeleteOptions", _ => "UpdateOptions" };
}

/// <summary>What a webhook answered.</summary>
/// <param name="IsAllowed">Yes.</param>
/// <param name="Patch">JSON patch; null for none.</param>
/// <param name="Warnings">For the client.</param>
/// <param name="Status">Why not.</param>
internal sealed record WebhookAnswer(bool IsAllowed, JsonArray? Patch, IReadOnlyList<string> Warnings, JsonObject? Status);

/// <summary>A webhook could not be called, or answered nonsense.</summary>
/// <param name="message">Why.</param>
/// <param name="innerException">What was thrown underneath.</param>
internal sealed class WebhookException(string message, Exception? innerException = null) : Exception(message, innerException);
