using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Selectors;

namespace Stash.LocalCluster.Admission;

/// <summary>A registered webhook: what it wants to see, and how it is called.</summary>
/// <param name="Body">An item of <c>webhooks</c>, with defaults.</param>
/// <param name="IsMutating">Its patches count.</param>
internal sealed record Webhook(JsonObject Body, bool IsMutating)
{
    /// <summary>Name, for messages.</summary>
    public string Name => Body.Text("name");

    /// <summary>Failing calls are passed over.</summary>
    public bool IgnoresFailure => Body.Text("failurePolicy") == "Ignore";

    /// <summary>It is called again when later ones changed something.</summary>
    public bool IsReinvoked => Body.Text("reinvocationPolicy") == "IfNeeded";

    /// <summary>It says that it has no side effects on dry run.</summary>
    public bool AllowsDryRun => Body.Text("sideEffects") is "None" or "NoneOnDryRun";

    /// <summary>How long it may take.</summary>
    public TimeSpan Timeout => TimeSpan.FromSeconds(Math.Clamp(Body.Number("timeoutSeconds") ?? 10, 1, 30));

    /// <summary>The version in which it wants to see the object; null when it does not want to.</summary>
    /// <param name="review">The write.</param>
    /// <param name="versions">Served versions of the kind.</param>
    /// <param name="namespaceLabels">Labels of the object's namespace, or of the object if it is one; null for other cluster-scoped kinds.</param>
    public ResourceDefinition? Match(AdmissionAttributes review, IReadOnlyList<ResourceDefinition> versions, JsonObject? namespaceLabels)
    {
        var resource = review.Context.Resource;
        if (resource.Type.Group == "admissionregistration.k8s.io"
            || (namespaceLabels is not null && !LabelSelector.FromObject(Body.Object("namespaceSelector")).Matches(namespaceLabels))
            || !SelectsObject(review))
        {
            return null;
        }

        var rules = Body.Array("rules").Objects().ToArray();
        if (rules.Any(r => RuleMatches(r, review, resource)))
        {
            return resource;
        }

        return Body.Text("matchPolicy") == "Exact" ? null : versions.FirstOrDefault(v => rules.Any(r => RuleMatches(r, review, v)));
    }

    private bool SelectsObject(AdmissionAttributes review)
    {
        var selector = LabelSelector.FromObject(Body.Object("objectSelector"));
        return new[] { review.Object, review.OldObject }.OfType<JsonObject>().Any(o => selector.Matches(o.Object("metadata", "labels")));
    }

    private static bool RuleMatches(JsonObject rule, AdmissionAttributes review, ResourceDefinition resource)
    {
        var scope = rule.Text("scope");
        return Has(rule, "operations", review.Operation)
            && Has(rule, "apiGroups", resource.Type.Group)
            && Has(rule, "apiVersions", resource.Type.Version)
            && (scope is "" or "*" || (scope == "Namespaced") == resource.Type.Namespaced)
            && rule.Array("resources").Strings().Any(pattern => ResourceMatches(pattern, resource.Type.Plural, review.Subresource));
    }

    private static bool Has(JsonObject rule, string field, string value) => rule.Array(field).Strings().Any(v => v == "*" || v == value);

    private static bool ResourceMatches(string pattern, string plural, string? subresource) => pattern.Split('/', 2) switch
    {
        [var resource] => subresource is null && (resource == "*" || resource == plural),
        [var resource, var sub] => (resource == "*" || resource == plural) && (sub == "*" || sub == subresource),
        _ => false,
    };
}
