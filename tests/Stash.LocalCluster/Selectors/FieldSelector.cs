using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Rest;

namespace Stash.LocalCluster.Selectors;

/// <summary>A field selector, <c>metadata.name=a,status.phase!=Running</c>. Any path into the object will do, more than the API server allows.</summary>
internal sealed class FieldSelector
{
    private readonly List<(string[] Path, string Value, bool IsEqual)> _terms = [];

    /// <summary>Reads a selector.</summary>
    /// <exception cref="Core.Kubernetes.KubernetesException">400.</exception>
    public static FieldSelector FromQuery(string? text)
    {
        var selector = new FieldSelector();
        foreach (var term in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var isEqual = !term.Contains("!=", StringComparison.Ordinal);
            var parts = term.Split(isEqual ? term.Contains("==", StringComparison.Ordinal) ? "==" : "=" : "!=", 2);
            if (parts.Length != 2)
            {
                throw ApiErrors.BadRequest($"invalid field selector \"{text}\": \"{term}\" has no operator");
            }

            selector._terms.Add((parts[0].Trim().Split('.'), parts[1].Trim(), isEqual));
        }

        return selector;
    }

    /// <summary>Whether an object satisfies every term; a missing field counts as empty.</summary>
    public bool Matches(JsonObject body) => _terms.TrueForAll(t => (Shown(body.Find(t.Path)) == t.Value) == t.IsEqual);

    private static string Shown(JsonNode? node) => node?.GetValueKind() switch
    {
        null => "",
        JsonValueKind.String => node.Text(),
        _ => node.ToJsonString(),
    };
}
