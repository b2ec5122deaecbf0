using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;

namespace Stash.Core.Yaml;

/// <summary>
/// Which type a plain scalar has, as go-yaml v2 decides (gopkg.in/yaml.v2 resolve.go), which is what kubectl and the API server use:
/// YAML 1.1 booleans, integers in bases 2, 8, 10 and 16 with underscores, floats; times stay strings.
/// </summary>
internal static class YamlScalar
{
    /// <summary>Reads a plain scalar; null is YAML's null.</summary>
    /// <exception cref="FormatException">A number that JSON does not have: NaN or an infinity.</exception>
    public static JsonNode? Resolve(string text)
    {
        switch (text)
        {
            case "" or "~" or "null" or "Null" or "NULL":
                return null;
            case "y" or "Y" or "yes" or "Yes" or "YES" or "true" or "True" or "TRUE" or "on" or "On" or "ON":
                return JsonValue.Create(true);
            case "n" or "N" or "no" or "No" or "NO" or "false" or "False" or "FALSE" or "off" or "Off" or "OFF":
                return JsonValue.Create(false);
            case ".nan" or ".NaN" or ".NAN" or ".inf" or ".Inf" or ".INF" or "+.inf" or "+.Inf" or "+.INF" or "-.inf" or "-.Inf" or "-.INF":
                throw new FormatException($"{text} has no place in JSON: give a number, or quote it");
        }

        return ResolveNumber(text) ?? JsonValue.Create(text);
    }

    /// <summary>Whether a plain scalar is read as this very string, and by stricter and by older readers too (times, base 60).</summary>
    public static bool IsPlainString(string text) => text is not ("" or "=" or "<<")
        && !(text[0] is (>= '0' and <= '9') or '+' or '-' or '.' && LooksNumeric(text))
        && !text.StartsWith(".nan", StringComparison.OrdinalIgnoreCase)
        && !text.StartsWith(".inf", StringComparison.OrdinalIgnoreCase)
        && Resolve(text) is JsonValue value && value.GetValueKind() == System.Text.Json.JsonValueKind.String;

    /// <summary>A number as text, or null where the text is none.</summary>
    internal static JsonValue? ResolveNumber(string text)
    {
        if (text.Length == 0 || !(char.IsAsciiDigit(text[0]) || text[0] is '+' or '-' or '.'))
        {
            return null;
        }

        var plain = text[0] == '.' ? text : text.Replace("_", "", StringComparison.Ordinal);
        if (TryInteger(plain, out var integer))
        {
            return integer >= long.MinValue && integer <= long.MaxValue ? JsonValue.Create((long)integer) : JsonValue.Create((ulong)integer);
        }

        return IsFloat(plain) && double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real)
            ? JsonValue.Create(real)
            : null;
    }

    private static bool LooksNumeric(string text)
    {
        foreach (var c in text)
        {
            if (!char.IsAsciiHexDigit(c) && c is not ('+' or '-' or '.' or '_' or ':' or 'x' or 'X' or 'o' or 'O' or 'T' or 't' or 'Z' or ' '))
            {
                return false;
            }
        }

        return text.AsSpan().IndexOfAnyInRange('0', '9') >= 0;
    }

    private static bool TryInteger(string plain, out BigInteger value)
    {
        value = BigInteger.Zero;
        var negative = plain is ['-', ..];
        var digits = negative || plain is ['+', ..] ? plain.AsSpan(1) : plain.AsSpan();
        var radix = 10;
        if (digits.Length > 1 && digits[0] == '0')
        {
            (radix, var prefix) = digits[1] switch
            {
                'x' or 'X' => (16, 2),
                'o' or 'O' => (8, 2),
                'b' or 'B' => (2, 2),
                _ => (8, 1),
            };
            digits = digits[prefix..];
        }

        if (digits.IsEmpty || digits.Length > 64)
        {
            return false;
        }

        foreach (var c in digits)
        {
            if (!char.IsAsciiHexDigit(c) || Convert.ToInt32(c.ToString(), 16) is var digit && digit >= radix)
            {
                return false;
            }

            value = value * radix + Convert.ToInt32(c.ToString(), 16);
        }

        value = negative ? -value : value;
        return value >= long.MinValue && value <= ulong.MaxValue && (value <= long.MaxValue || plain[0] != '+');
    }

    private static bool IsFloat(ReadOnlySpan<char> text)
    {
        text = text is ['-' or '+', ..] ? text[1..] : text;
        var whole = text.IndexOfAnyExceptInRange('0', '9');
        if (whole < 0)
        {
            return !text.IsEmpty;
        }

        var rest = text[whole..];
        var fraction = 0;
        if (rest[0] == '.')
        {
            fraction = rest[1..].IndexOfAnyExceptInRange('0', '9') is var end && end < 0 ? rest.Length - 1 : end;
            rest = rest[(1 + fraction)..];
        }

        if (whole == 0 && fraction == 0)
        {
            return false;
        }

        if (rest.IsEmpty)
        {
            return true;
        }

        rest = rest[0] is 'e' or 'E' ? rest[1..] : [];
        rest = rest is ['-' or '+', ..] ? rest[1..] : rest;
        return !rest.IsEmpty && rest.IndexOfAnyExceptInRange('0', '9') < 0;
    }
}
