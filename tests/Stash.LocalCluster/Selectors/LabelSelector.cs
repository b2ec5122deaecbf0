using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Rest;

namespace Stash.LocalCluster.Selectors;

/// <summary>A label selector, from a query (<c>a=b,c in (d,e),!f</c>) or from an object (matchLabels, matchExpressions).</summary>
internal sealed class LabelSelector(IReadOnlyList<LabelRequirement> requirements)
{
    /// <summary>Whether labels satisfy every requirement; an empty selector takes everything.</summary>
    public bool Matches(JsonObject? labels) => requirements.All(r => r.Matches(labels));

    /// <summary>Reads the query form.</summary>
    /// <exception cref="Core.Kubernetes.KubernetesException">400.</exception>
    public static LabelSelector FromQuery(string? text) => new([.. SplitTerms(text ?? "").Select(ReadTerm)]);

    /// <summary>Reads the object form.</summary>
    public static LabelSelector FromObject(JsonObject? selector)
    {
        var equal = (selector.Object("matchLabels") ?? []).Select(label => new LabelRequirement(label.Key, "In", [label.Value.Text()]));
        var expressions = selector.Array("matchExpressions").Objects()
            .Select(e => new LabelRequirement(e.Text("key"), e.Text("operator"), [.. e.Array("values").Strings()]));
        return new LabelSelector([.. equal, .. expressions]);
    }

    private static IEnumerable<string> SplitTerms(string text)
    {
        var depth = 0;
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (text[i] == ',' && depth == 0))
            {
                if (text[start..i].Trim() is { Length: > 0 } term)
                {
                    yield return term;
                }

                start = i + 1;
            }
            else
            {
                depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
            }
        }
    }

    private static LabelRequirement ReadTerm(string term)
    {
        if (term[0] == '!')
        {
            return new LabelRequirement(term[1..].Trim(), "DoesNotExist", []);
        }

        foreach (var (sign, kind) in new[] { ("!=", "NotIn"), ("==", "In"), ("=", "In") })
        {
            if (term.Split(sign, 2) is [var key, var value])
            {
                return new LabelRequirement(key.Trim(), kind, [value.Trim()]);
            }
        }

        foreach (var (word, kind) in new[] { (" notin ", "NotIn"), (" in ", "In") })
        {
            if (term.Replace("(", " (", StringComparison.Ordinal).Split(word, 2) is [var key, var values])
            {
                return values.Trim() is ['(', .. var list, ')']
                    ? new LabelRequirement(key.Trim(), kind, [.. list.Split(',').Select(v => v.Trim())])
                    : throw Malformed(term);
            }
        }

        return term.AsSpan().ContainsAny(" =()!<>")
            ? throw Malformed(term)
            : new LabelRequirement(term, "Exists", []);
    }

    private static Core.Kubernetes.KubernetesException Malformed(string term) =>
        ApiErrors.BadRequest($"unable to parse requirement: found '{term}', expected: key, !key, =, ==, !=, in (...), notin (...)");
}

/// <summary>One requirement of a label selector.</summary>
/// <param name="Key">Label.</param>
/// <param name="Operator">In, NotIn, Exists, DoesNotExist.</param>
/// <param name="Values">Values of In and NotIn.</param>
internal sealed record LabelRequirement(string Key, string Operator, IReadOnlyList<string> Values)
{
    /// <summary>Whether labels satisfy it.</summary>
    public bool Matches(JsonObject? labels)
    {
        var isThere = labels is not null && labels.ContainsKey(Key);
        return Operator switch
        {
            "In" => isThere && Values.Contains(labels.Text(Key)),
            "NotIn" => !isThere || !Values.Contains(labels.Text(Key)),
            "Exists" => isThere,
            "DoesNotExist" => !isThere,
            _ => throw ApiErrors.BadRequest($"\"{Operator}\" is not a valid label selector operator"),
        };
    }
}
