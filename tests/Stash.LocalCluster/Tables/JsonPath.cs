using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Tables;

/// <summary>The JSONPath of printer columns: <c>.a.b</c>, <c>['a.b']</c>, <c>[0]</c>, <c>[*]</c>, <c>[?(@.type=="Ready")]</c>.</summary>
internal static partial class JsonPath
{
    /// <summary>Everything that a path leads to.</summary>
    public static IReadOnlyList<JsonNode> Find(JsonNode body, string path)
    {
        IEnumerable<JsonNode?> nodes = [body];
        foreach (Match step in Step().Matches(path))
        {
            nodes = Follow(nodes, step).ToArray();
        }

        return [.. nodes.OfType<JsonNode>()];
    }

    private static IEnumerable<JsonNode?> Follow(IEnumerable<JsonNode?> nodes, Match step)
    {
        if (step.Groups["name"] is { Success: true, Value: var name })
        {
            var plain = name.Replace("\\.", ".", StringComparison.Ordinal);
            return nodes.Select(n => n.Find(plain));
        }

        if (step.Groups["quoted"] is { Success: true, Value: var quoted })
        {
            return nodes.Select(n => n.Find(quoted));
        }

        if (step.Groups["index"] is { Success: true, Value: var index })
        {
            return index == "*"
                ? nodes.SelectMany(n => (n as JsonArray)?.ToArray() ?? [])
                : nodes.Select(n => (n as JsonArray)?.ElementAtOrDefault(int.Parse(index, CultureInfo.InvariantCulture)));
        }

        var wanted = step.Groups["value"].Value;
        return nodes.SelectMany(n => (n as JsonArray)?.ToArray() ?? []).Where(n => Shown(n.Find(step.Groups["field"].Value.Split('.'))) == wanted);
    }

    /// <summary>A value as a cell.</summary>
    public static string Shown(JsonNode? node) => node?.GetValueKind() switch
    {
        null => "",
        JsonValueKind.String => node.Text(),
        _ => node.ToJsonString(),
    };

    [GeneratedRegex("""\.(?<name>([^.\[\\]|\\.)+)|\['(?<quoted>[^']+)'\]|\[(?<index>\d+|\*)\]|\[\?\(@\.(?<field>[^=! ]+)\s*==\s*["'](?<value>[^"']*)["']\)\]""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Step();
}
