using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Rest;

namespace Stash.LocalCluster.Schema;

/// <summary>Validation by an OpenAPI v3 schema, with the messages that the API server gives.</summary>
internal static class SchemaValidation
{
    private static readonly TimeSpan PatternTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Adds every fault of a value.</summary>
    public static void Check(JsonObject schema, JsonNode? value, string path, List<FieldFault> faults)
    {
        if (value is null)
        {
            if (!schema.Flag("nullable") && schema.Text("type").Length > 0)
            {
                faults.Add(FieldFault.Invalid(path, "null", $"{path} in body must be of type {schema.Text("type")}: \"null\""));
            }

            return;
        }

        if (!HasType(schema, value))
        {
            faults.Add(new FieldFault(path, "FieldValueTypeInvalid",
                $"Invalid value: \"{TypeOf(value)}\": {path} in body must be of type {schema.Text("type")}: \"{TypeOf(value)}\""));
            return;
        }

        CheckEnum(schema, value, path, faults);
        CheckCombinations(schema, value, path, faults);
        switch (value)
        {
            case JsonObject map:
                CheckObject(schema, map, path, faults);
                break;
            case JsonArray list:
                CheckArray(schema, list, path, faults);
                break;
            case JsonValue scalar when scalar.TryGetValue<string>(out var text):
                CheckText(schema, text, path, faults);
                break;
            case JsonValue number when number.GetValueKind() == JsonValueKind.Number:
                CheckNumber(schema, number, path, faults);
                break;
        }
    }

    private static void CheckObject(JsonObject schema, JsonObject map, string path, List<FieldFault> faults)
    {
        foreach (var name in schema.Array("required").Strings().Where(name => !map.ContainsKey(name)))
        {
            faults.Add(FieldFault.Required(Join(path, name)));
        }

        Bound(schema, "maxProperties", map.Count, path, "must have at most {0} items", 1, faults);
        Bound(schema, "minProperties", map.Count, path, "must have at least {0} items", -1, faults);
        foreach (var (name, child) in map)
        {
            if (schema.Object("properties", name) is { } property)
            {
                Check(property, child, Join(path, name), faults);
            }
            else if (schema["additionalProperties"] is JsonObject each)
            {
                Check(each, child, Join(path, name), faults);
            }
        }
    }

    private static void CheckArray(JsonObject schema, JsonArray list, string path, List<FieldFault> faults)
    {
        Bound(schema, "maxItems", list.Count, path, "must have at most {0} items", 1, faults);
        Bound(schema, "minItems", list.Count, path, "should have at least {0} items", -1, faults);
        var keys = schema.Text("x-kubernetes-list-type") switch
        {
            "map" => schema.Array("x-kubernetes-list-map-keys").Strings().ToArray(),
            "set" => [],
            _ => null,
        };
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < list.Count; i++)
        {
            if (schema.Object("items") is { } items)
            {
                Check(items, list[i], $"{path}[{i}]", faults);
            }

            if (keys is null)
            {
                continue;
            }

            JsonNode? identity = keys.Length == 0 ? list[i]?.DeepClone() : new JsonObject(keys.Select(k => KeyValuePair.Create(k, list[i].Find(k)?.DeepClone())));
            if (!seen.Add(identity?.ToJsonString() ?? "null"))
            {
                faults.Add(FieldFault.Duplicate($"{path}[{i}]", identity));
            }
        }
    }

    private static void CheckText(JsonObject schema, string text, string path, List<FieldFault> faults)
    {
        Bound(schema, "maxLength", text.Length, path, "may not be more than {0} bytes", 1, faults);
        Bound(schema, "minLength", text.Length, path, "should be at least {0} chars long", -1, faults);
        if (schema.Text("pattern") is { Length: > 0 } pattern && !Regex.IsMatch(text, pattern, RegexOptions.None, PatternTimeout))
        {
            faults.Add(FieldFault.Invalid(path, text, $"{path} in body should match '{pattern}'"));
        }

        var isFormatted = schema.Text("format") switch
        {
            "date-time" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _),
            _ => true,
        };
        if (!isFormatted)
        {
            faults.Add(FieldFault.Invalid(path, text, $"{path} in body must be of type {schema.Text("format")}: \"{text}\""));
        }
    }

    private static void CheckNumber(JsonObject schema, JsonValue number, string path, List<FieldFault> faults)
    {
        var value = double.Parse(number.ToJsonString(), CultureInfo.InvariantCulture);
        if (NumberOf(schema["minimum"]) is { } low && value < low)
        {
            faults.Add(FieldFault.Invalid(path, number, $"{path} in body should be greater than or equal to {low.ToString(CultureInfo.InvariantCulture)}"));
        }

        if (NumberOf(schema["maximum"]) is { } high && value > high)
        {
            faults.Add(FieldFault.Invalid(path, number, $"{path} in body should be less than or equal to {high.ToString(CultureInfo.InvariantCulture)}"));
        }
    }

    private static void CheckEnum(JsonObject schema, JsonNode value, string path, List<FieldFault> faults)
    {
        if (schema.Array("enum") is { } allowed && !allowed.Any(a => JsonNode.DeepEquals(a, value)))
        {
            faults.Add(FieldFault.NotSupported(path, value, allowed.Select(a => a?.ToJsonString() ?? "null")));
        }
    }

    private static void CheckCombinations(JsonObject schema, JsonNode value, string path, List<FieldFault> faults)
    {
        foreach (var part in schema.Array("allOf").Objects())
        {
            Check(part, value, path, faults);
        }

        if (schema.Flag("x-kubernetes-int-or-string"))
        {
            return;
        }

        var any = schema.Array("anyOf").Objects().ToArray();
        if (any.Length > 0 && !any.Any(part => Matches(part, value, path)))
        {
            faults.Add(FieldFault.Invalid(path, "", $"{path} in body must validate at least one schema (anyOf)"));
        }

        var one = schema.Array("oneOf").Objects().ToArray();
        if (one.Length > 0 && one.Count(part => Matches(part, value, path)) != 1)
        {
            faults.Add(FieldFault.Invalid(path, "", $"{path} in body must validate one and only one schema (oneOf)"));
        }

        if (schema.Object("not") is { } not && Matches(not, value, path))
        {
            faults.Add(FieldFault.Invalid(path, "", $"{path} in body must not validate the schema (not)"));
        }
    }

    private static bool Matches(JsonObject schema, JsonNode value, string path)
    {
        var faults = new List<FieldFault>();
        Check(schema, value, path, faults);
        return faults.Count == 0;
    }

    private static bool HasType(JsonObject schema, JsonNode value)
    {
        if (schema.Flag("x-kubernetes-int-or-string"))
        {
            return TypeOf(value) is "integer" or "string";
        }

        var wanted = schema.Text("type");
        var actual = TypeOf(value);
        return wanted.Length == 0 || wanted == actual || (wanted == "number" && actual == "integer");
    }

    private static string TypeOf(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        _ => value.ToJsonString().AsSpan().IndexOfAny(".eE") < 0 ? "integer" : "number",
    };

    private static void Bound(JsonObject schema, string keyword, int actual, string path, string text, int sign, List<FieldFault> faults)
    {
        if (schema.Number(keyword) is { } bound && sign * (actual - bound) > 0)
        {
            faults.Add(FieldFault.Invalid(path, actual, $"{path} in body {string.Format(CultureInfo.InvariantCulture, text, bound)}"));
        }
    }

    private static double? NumberOf(JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.Number ? double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture) : null;

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
