using System.Text.Json.Nodes;

namespace Stash.Runner.Run;

/// <summary>Writes a workload's <c>spec.selector</c> in the grammar of the API's <c>labelSelector</c> parameter; pure.</summary>
internal static class LabelSelectorText
{
    /// <summary>Of a workload: meta/v1 LabelSelector, or the plain map of a ReplicationController.</summary>
    /// <returns>The selector; null where the workload has none, so that nothing is selected and never everything.</returns>
    public static string? Of(JsonObject workload)
    {
        if (workload.At("spec", "selector") is not JsonObject selector)
        {
            return null;
        }

        var plain = selector["matchLabels"] is null && selector["matchExpressions"] is null;
        var terms = (plain ? selector : selector["matchLabels"] as JsonObject ?? []).Select(l => $"{l.Key}={l.Value}")
            .Concat(selector.Objects("matchExpressions").Select(Term))
            .ToList();
        return terms.Count == 0 ? null : string.Join(',', terms);
    }

    private static string Term(JsonObject expression)
    {
        var key = expression.Text("key");
        var values = string.Join(',', (expression.At("values") as JsonArray ?? []).Select(v => v?.ToString()));
        return expression.Text("operator") switch
        {
            "In" => $"{key} in ({values})",
            "NotIn" => $"{key} notin ({values})",
            "DoesNotExist" => $"!{key}",
            _ => key ?? "",
        };
    }
}
