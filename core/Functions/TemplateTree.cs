using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Stash.Core.Functions;

/// <summary>Puts variables into every string of a piece of JSON; names of fields are left as they are.</summary>
internal static class TemplateTree
{
    /// <summary>A copy with values in place of variables. What cannot be put in is left as it stands, and told.</summary>
    /// <param name="node">The JSON; not changed.</param>
    /// <param name="path">Its field path, for faults.</param>
    /// <param name="variables">Values by name.</param>
    /// <param name="faults">Gets each fault with the path of its string.</param>
    public static JsonNode? Expand(JsonNode? node, string path, IReadOnlyDictionary<string, string> variables, ICollection<(string Path, TemplateFault Fault)> faults)
    {
        switch (node)
        {
            case JsonObject map:
                var copy = new JsonObject();
                foreach (var (name, value) in map)
                {
                    copy[name] = Expand(value, path.Length == 0 ? name : $"{path}.{name}", variables, faults);
                }

                return copy;
            case JsonArray list:
                var items = new JsonArray();
                for (var i = 0; i < list.Count; i++)
                {
                    items.Add(Expand(list[i], string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]"), variables, faults));
                }

                return items;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                if (Template.TryExpand(value.GetValue<string>(), variables, out var text, out var fault))
                {
                    return JsonValue.Create(text);
                }

                faults.Add((path, fault));
                return value.DeepClone();
            default:
                return node?.DeepClone();
        }
    }
}
