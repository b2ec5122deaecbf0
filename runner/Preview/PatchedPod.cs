using System.Globalization;
using System.Text.Json.Nodes;

namespace Stash.Runner.Preview;

/// <summary>Applies a JSON Patch (RFC 6902) as the API server does, as far as the webhook's patches go: add, replace, remove, test.</summary>
internal static class PatchedPod
{
    /// <summary>A copy of <paramref name="pod"/> with every operation applied.</summary>
    /// <exception cref="InvalidOperationException">An operation does not apply: the webhook made a wrong patch.</exception>
    public static JsonObject Apply(JsonObject pod, JsonArray patch)
    {
        var root = pod.DeepClone().AsObject();
        foreach (var operation in patch.OfType<JsonObject>())
        {
            Apply(root, operation["op"]!.GetValue<string>(), operation["path"]!.GetValue<string>(), operation["value"]);
        }

        return root;
    }

    private static void Apply(JsonObject root, string op, string path, JsonNode? value)
    {
        var steps = path.Split('/').Skip(1).Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal)).ToArray();
        JsonNode? parent = root;
        foreach (var step in steps[..^1])
        {
            parent = Child(parent, step) ?? throw new InvalidOperationException($"{op} {path}: there is no {step}");
        }

        var last = steps[^1];
        switch (op)
        {
            case "add":
                Add(parent, last, value?.DeepClone());
                break;
            case "replace" when Child(parent, last) is not null:
                Remove(parent, last);
                Add(parent, last, value?.DeepClone());
                break;
            case "remove" when Child(parent, last) is not null:
                Remove(parent, last);
                break;
            case "test" when JsonNode.DeepEquals(Child(parent, last), value):
                break;
            default:
                throw new InvalidOperationException($"{op} {path} does not apply to the pod");
        }
    }

    private static JsonNode? Child(JsonNode? node, string step) => node switch
    {
        JsonObject map => map[step],
        JsonArray list when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < list.Count => list[index],
        _ => null,
    };

    private static void Add(JsonNode? parent, string step, JsonNode? value)
    {
        switch (parent)
        {
            case JsonObject map:
                map[step] = value;
                break;
            case JsonArray list when step == "-":
                list.Add(value);
                break;
            case JsonArray list when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= list.Count:
                list.Insert(index, value);
                break;
            default:
                throw new InvalidOperationException($"nothing can be added at {step}");
        }
    }

    private static void Remove(JsonNode? parent, string step)
    {
        if (parent is JsonObject map)
        {
            map.Remove(step);
        }
        else if (parent is JsonArray list)
        {
            list.RemoveAt(int.Parse(step, NumberStyles.None, CultureInfo.InvariantCulture));
        }
    }
}
