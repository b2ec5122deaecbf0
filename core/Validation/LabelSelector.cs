using System.Text.Json;
using System.Text.Json.Nodes;

namespace Stash.Core.Validation;

/// <summary>A meta/v1 LabelSelector: matchLabels and matchExpressions, all of which must hold.</summary>
internal static class LabelSelector
{
    private static readonly string[] Operators = ["In", "NotIn", "Exists", "DoesNotExist"];

    /// <summary>Whether labels fit; a selector that is malformed fits nothing, an empty one everything.</summary>
    public static bool Matches(JsonObject selector, IReadOnlyDictionary<string, string> labels)
    {
        var wanted = selector["matchLabels"] as JsonObject ?? [];
        var expressions = selector["matchExpressions"] as JsonArray ?? [];
        return wanted.All(entry => labels.TryGetValue(entry.Key, out var value) && value == Text(entry.Value))
            && expressions.All(expression => expression is JsonObject requirement && Holds(requirement, labels));
    }

    /// <summary>Judges a selector's form.</summary>
    public static void Check(JsonObject selector, FieldPath field, Findings findings)
    {
        foreach (var name in selector.Select(entry => entry.Key).Where(name => name is not ("matchLabels" or "matchExpressions")))
        {
            findings.NotSupported(field, name, "matchLabels", "matchExpressions");
        }

        if (selector["matchLabels"] is { } labels && labels is not JsonObject)
        {
            findings.Invalid(field["matchLabels"], "...", "must be a map of strings");
        }

        var expressions = selector["matchExpressions"] as JsonArray ?? [];
        for (var i = 0; i < expressions.Count; i++)
        {
            CheckExpression(expressions[i] as JsonObject ?? [], field["matchExpressions"][i], findings);
        }
    }

    private static void CheckExpression(JsonObject expression, FieldPath field, Findings findings)
    {
        if (Text(expression["key"]) is null or "")
        {
            findings.Required(field["key"]);
        }

        var verb = Text(expression["operator"]) ?? "";
        if (!Operators.Contains(verb, StringComparer.Ordinal))
        {
            findings.NotSupported(field["operator"], verb, Operators);
            return;
        }

        var values = (expression["values"] as JsonArray)?.Count ?? 0;
        if (verb is "In" or "NotIn" && values == 0)
        {
            findings.Required(field["values"], "must be given with operator In or NotIn");
        }
        else if (verb is "Exists" or "DoesNotExist" && values > 0)
        {
            findings.Forbidden(field["values"], "may not be given with operator Exists or DoesNotExist");
        }
    }

    private static bool Holds(JsonObject requirement, IReadOnlyDictionary<string, string> labels)
    {
        var key = Text(requirement["key"]) ?? "";
        var present = labels.TryGetValue(key, out var value);
        var listed = present && (requirement["values"] as JsonArray ?? []).Any(one => Text(one) == value);
        return Text(requirement["operator"]) switch
        {
            "In" => listed,
            "NotIn" => !listed,
            "Exists" => present,
            "DoesNotExist" => !present,
            _ => false,
        };
    }

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
