using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Rest;

namespace Stash.LocalCluster.Validation;

/// <summary>What every object must keep to, and where the rules of its kind are.</summary>
internal static partial class ObjectValidation
{
    private const string SubdomainText =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character";

    /// <summary>Refuses an object with faults.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="body">The object as it would be stored.</param>
    /// <param name="old">What is stored; null at creation.</param>
    /// <exception cref="Core.Kubernetes.KubernetesException">422 with all faults.</exception>
    public static void Check(ResourceDefinition resource, JsonObject body, JsonObject? old)
    {
        var faults = new List<FieldFault>();
        CheckMetadata(resource, body, faults);
        if (resource.Schema is { } schema)
        {
            faults.AddRange(schema.Validate(body));
        }
        else
        {
            BuiltInValidation.Check(resource, body, old, faults);
        }

        if (faults.Count > 0)
        {
            throw ApiErrors.Invalid(resource.Type.Group, resource.Type.Kind, body.Name(), faults);
        }
    }

    private static void CheckMetadata(ResourceDefinition resource, JsonObject body, List<FieldFault> faults)
    {
        var name = body.Name();
        var isFree = resource.Type.Group == "rbac.authorization.k8s.io";
        if (name.Length == 0)
        {
            faults.Add(FieldFault.Required("metadata.name", "name or generateName is required"));
        }
        else if (!isFree && (name.Length > 253 || !Subdomain().IsMatch(name)))
        {
            faults.Add(FieldFault.Invalid("metadata.name", name, SubdomainText));
        }

        foreach (var (key, value) in body.Object("metadata", "labels") ?? [])
        {
            if (!QualifiedName().IsMatch(key))
            {
                faults.Add(FieldFault.Invalid("metadata.labels", key, "name part must consist of alphanumeric characters, '-', '_' or '.'"));
            }

            if (value.Text() is var text && (text.Length > 63 || !LabelValue().IsMatch(text)))
            {
                faults.Add(FieldFault.Invalid("metadata.labels", text, "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.'"));
            }
        }

        foreach (var (index, owner) in body.Array("metadata", "ownerReferences").Objects().Index())
        {
            foreach (var field in new[] { "apiVersion", "kind", "name", "uid" }.Where(f => owner.Text(f).Length == 0))
            {
                faults.Add(FieldFault.Invalid($"metadata.ownerReferences[{index}].{field}", "", $"{field} must not be empty"));
            }
        }
    }

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Subdomain();

    [GeneratedRegex("^([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex QualifiedName();

    [GeneratedRegex("^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex LabelValue();
}
