using System.Globalization;
using System.Text;

namespace Stash.Core.Yaml;

/// <summary>How a string is written so that every YAML reader gives it back: plain, quoted once, quoted twice, or as a literal block.</summary>
internal static class YamlText
{
    /// <summary>The string on one line.</summary>
    public static string Inline(string value)
    {
        if (!value.All(IsPrintable))
        {
            return DoubleQuoted(value);
        }

        if (!FitsPlain(value))
        {
            return value.Length == 0 ? "\"\"" : "'" + value.Replace("'", "''", StringComparison.Ordinal) + "'";
        }

        return YamlScalar.IsPlainString(value) ? value : DoubleQuoted(value);
    }

    /// <summary>A key on one line; plain only where no reader could stumble.</summary>
    public static string Key(string key) =>
        key.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/') ? Inline(key) : DoubleQuoted(key);

    /// <summary>Whether a literal block holds the string faithfully: several lines, all of them printable, the first not indented.</summary>
    public static bool FitsBlock(string value) => value.Contains('\n')
        && value[0] is not (' ' or '\t' or '\n')
        && value.All(c => c is '\n' or '\t' || IsPrintable(c))
        && !Array.Exists(value.Split('\n'), line => line.Length > 0 && string.IsNullOrWhiteSpace(line));

    private static bool IsPrintable(char c) => c is >= ' ' and <= '~' or >= '\u00a0' and <= '\ud7ff' or >= '\ue000' and <= '\ufffd'
        && c is not ('\u2028' or '\u2029' or '\ufeff');

    private static bool FitsPlain(string value) => value.Length > 0
        && value[0] is not (' ' or ',' or '[' or ']' or '{' or '}' or '#' or '&' or '*' or '!' or '|' or '>' or '\'' or '"' or '%' or '@' or '`')
        && !(value[0] is '-' or '?' or ':' && (value.Length == 1 || value[1] == ' '))
        && !value.StartsWith("---", StringComparison.Ordinal) && !value.StartsWith("...", StringComparison.Ordinal)
        && value[^1] is not (' ' or ':')
        && value[0] is not (':' or '?')
        && !value.Contains(": ", StringComparison.Ordinal) && !value.Contains(" #", StringComparison.Ordinal);

    private static string DoubleQuoted(string value)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in value.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < 0x10000 when IsPrintable((char)rune.Value) => quoted.Append((char)rune.Value),
                < 0x100 => quoted.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}"),
                < 0x10000 => quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}"),
                _ => quoted.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}"),
            };
        }

        return quoted.Append('"').ToString();
    }
}
