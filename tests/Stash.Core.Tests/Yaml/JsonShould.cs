using System.Text.Json;
using System.Text.Json.Nodes;

namespace Stash.Core.Tests.Yaml;

/// <summary>Equality of JSON where key order does not count and numbers are compared by value.</summary>
internal static class JsonShould
{
    public static void ShouldEqualJson(this JsonNode? actual, JsonNode? expected) =>
        Canonical(actual).ShouldBe(Canonical(expected));

    private static string Canonical(JsonNode? node) => node switch
    {
        JsonObject map => "{" + string.Join(",\n", map.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{JsonSerializer.Serialize(entry.Key)}:{Canonical(entry.Value)}")) + "}",
        JsonArray list => "[" + string.Join(",\n", list.Select(Canonical)) + "]",
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => Number(value),
        null => "null",
        _ => node.ToJsonString(),
    };

    private static string Number(JsonValue value) => value.ToJsonString() is var text && decimal.TryParse(text, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture, out var number)
        ? number.ToString("G17", System.Globalization.CultureInfo.InvariantCulture)
        : double.Parse(text, System.Globalization.CultureInfo.InvariantCulture).ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}
