using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Stash.Core.Validation;

/// <summary>Whether one JSON value fits a .NET type of the API's records; if not, what to write instead.</summary>
internal static class ScalarCheck
{
    /// <summary>The fault, or null when the value fits.</summary>
    public static Fault? Judge(JsonNode value, Type type, FieldPath path)
    {
        var kind = value.GetValueKind();
        if (type == typeof(string))
        {
            return kind == JsonValueKind.String ? null : WrongType(value, "a string", path);
        }

        if (type == typeof(bool))
        {
            return kind is JsonValueKind.True or JsonValueKind.False ? null : WrongType(value, "true or false", path);
        }

        if (type == typeof(int) || type == typeof(long))
        {
            return JudgeInteger(value, type == typeof(int) ? int.MinValue : long.MinValue, type == typeof(int) ? int.MaxValue : long.MaxValue, path);
        }

        if (type == typeof(double))
        {
            return kind == JsonValueKind.Number ? null : WrongType(value, "a number", path);
        }

        if (type == typeof(DateTimeOffset))
        {
            return JudgeTime(value, path);
        }

        if (type == typeof(JsonObject))
        {
            return kind == JsonValueKind.Object ? null : WrongType(value, "an object", path);
        }

        return type == typeof(JsonArray) && kind != JsonValueKind.Array ? WrongType(value, "a list", path) : null;
    }

    /// <summary>A fault that shows the value, shortened, and says what belongs there.</summary>
    public static Fault WrongType(JsonNode value, string wanted, FieldPath path)
    {
        var kind = value.GetValueKind();
        var (shown, advice) = kind switch
        {
            JsonValueKind.String when wanted is "an integer" or "a number" or "true or false" => (value.GetValue<string>(), ", not a string: leave out the quotes"),
            JsonValueKind.String => (value.GetValue<string>(), ""),
            JsonValueKind.Object => ("{...}", ", not an object"),
            JsonValueKind.Array => ("[...]", ", not a list"),
            _ when wanted == "a string" => (value.ToJsonString(), ": put it in quotes"),
            _ => (value.ToJsonString(), ""),
        };
        return new Fault(path.Text, FaultType.Invalid, $"must be {wanted}{advice}", shown) { Bare = kind != JsonValueKind.String };
    }

    private static Fault? JudgeInteger(JsonNode value, long least, long most, FieldPath path)
    {
        if (value.GetValueKind() != JsonValueKind.Number)
        {
            return WrongType(value, "an integer", path);
        }

        if (long.TryParse(value.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            return number >= least && number <= most ? null : WrongType(value, string.Create(CultureInfo.InvariantCulture, $"an integer from {least} to {most}"), path);
        }

        return WrongType(value, "an integer", path);
    }

    private static Fault? JudgeTime(JsonNode value, FieldPath path) =>
        value.GetValueKind() == JsonValueKind.String && JsonSerializer.SerializeToElement(value.GetValue<string>(), Api.StashJson.Default.String).TryGetDateTimeOffset(out _)
            ? null
            : WrongType(value, "a time such as 2026-01-31T12:00:00Z", path);
}
