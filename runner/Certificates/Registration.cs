using System.Text;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.Runner.Run;

namespace Stash.Runner.Certificates;

/// <summary>An object by which the API server finds the webhook, and whom it lets the API server trust.</summary>
/// <param name="Type">Its kind.</param>
/// <param name="Name">Its name.</param>
/// <param name="Live">As it is in the API; null where there is none.</param>
internal sealed record Registration(ResourceType Type, string Name, JsonObject? Live)
{
    /// <summary>admissionregistration.k8s.io/v1 MutatingWebhookConfiguration.</summary>
    public static readonly ResourceType Mutating = new(
        "admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", Namespaced: false);

    /// <summary>admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration.</summary>
    public static readonly ResourceType Validating = new(
        "admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", Namespaced: false);

    /// <summary>All of this project, as its manifests name them.</summary>
    public static readonly IReadOnlyList<(ResourceType Type, string Name)> All =
    [
        (Mutating, "stash-webhook"),
        (Validating, "stash-webhook"),
        (ResourceTypes.CustomResourceDefinitions, $"{ResourceTypes.BackupConfigurations.Plural}.{ResourceTypes.BackupConfigurations.Group}"),
    ];

    /// <summary>Kind and name, for people.</summary>
    public string Label => $"{Type.Kind} {Name}";

    /// <summary>Everybody whom some webhook in it lets the API server trust.</summary>
    public TrustBundle Trust => Bundles().Aggregate(TrustBundle.Empty, (all, bundle) => all.With(bundle));

    /// <summary>Whether each webhook in it has exactly these; a CustomResourceDefinition without conversion has no webhook.</summary>
    public bool Has(TrustBundle trust) => Bundles().All(bundle => bundle.SameAs(trust));

    /// <summary>What to apply, and nothing else, so that every other field keeps its owner.</summary>
    public JsonObject Patch(TrustBundle trust)
    {
        JsonObject Client() => new() { ["caBundle"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(trust.ToPem())) };
        var patch = new JsonObject { ["apiVersion"] = Type.ApiVersion, ["kind"] = Type.Kind, ["metadata"] = new JsonObject { ["name"] = Name } };
        if (Type == ResourceTypes.CustomResourceDefinitions)
        {
            patch["spec"] = new JsonObject
            {
                ["conversion"] = new JsonObject { ["strategy"] = "Webhook", ["webhook"] = new JsonObject { ["clientConfig"] = Client() } },
            };
            return patch;
        }

        var webhooks = new JsonArray();
        foreach (var webhook in Live.Objects("webhooks"))
        {
            webhooks.Add((JsonNode)new JsonObject { ["name"] = webhook.Text("name"), ["clientConfig"] = Client() });
        }

        patch["webhooks"] = webhooks;
        return patch;
    }

    private IEnumerable<TrustBundle> Bundles()
    {
        if (Type != ResourceTypes.CustomResourceDefinitions)
        {
            return Live.Objects("webhooks").Select(webhook => Bundle(webhook["clientConfig"]));
        }

        return Live.Text("spec", "conversion", "strategy") == "Webhook" ? [Bundle(Live.At("spec", "conversion", "webhook", "clientConfig"))] : [];
    }

    private static TrustBundle Bundle(JsonNode? client)
    {
        var decoded = new byte[(client.Text("caBundle") ?? "").Length];
        return Convert.TryFromBase64String(client.Text("caBundle") ?? "", decoded, out var length)
            ? TrustBundle.Read(Encoding.UTF8.GetString(decoded, 0, length))
            : TrustBundle.Empty;
    }
}
