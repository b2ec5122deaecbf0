using System.Globalization;
using System.Text;

namespace Stash.Core.Validation;

/// <summary>Values as Kubernetes' messages show them.</summary>
internal static class Quotation
{
    /// <summary>In double quotes, with control characters and quotes escaped, as Go's <c>%q</c> does.</summary>
    public static string Of(string value)
    {
        var quoted = new StringBuilder("\"");
        foreach (var c in value)
        {
            _ = c switch
            {
                '"' => quoted.Append("\\\""),
                '\\' => quoted.Append("\\\\"),
                '\n' => quoted.Append("\\n"),
                '\r' => quoted.Append("\\r"),
                '\t' => quoted.Append("\\t"),
                < ' ' or '\x7f' => quoted.Append(CultureInfo.InvariantCulture, $"\\x{(int)c:x2}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Each in quotes, separated by commas.</summary>
    public static string List(IEnumerable<string> values) => string.Join(", ", values.Select(Of));
}
