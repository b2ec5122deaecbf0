using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Stash.Core.Yaml;

/// <summary>A scalar by its tag: quoted is a string, plain is resolved, <c>!!str</c>, <c>!!int</c>, <c>!!float</c>, <c>!!bool</c>, <c>!!null</c>, <c>!!binary</c> say it.</summary>
internal static class YamlTags
{
    /// <summary>The tag of a merge key.</summary>
    public const string Merge = Prefix + "merge";

    private const string Prefix = "tag:yaml.org,2002:";

    /// <summary>Reads a scalar.</summary>
    /// <exception cref="FormatException">The value is not of the tag's type.</exception>
    public static JsonNode? Read(Scalar scalar)
    {
        var text = scalar.Value;
        var tag = scalar.Tag.IsEmpty || scalar.Tag.IsNonSpecific ? "" : scalar.Tag.Value;
        if (tag.Length == 0)
        {
            return scalar.Style == ScalarStyle.Plain && !scalar.Tag.IsNonSpecific ? YamlScalar.Resolve(text) : JsonValue.Create(text);
        }

        if (!tag.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return JsonValue.Create(text);
        }

        var kind = tag[Prefix.Length..];
        return kind switch
        {
            "int" => Resolved(text, kind, JsonValueKind.Number),
            "float" => Resolved(text, kind, JsonValueKind.Number),
            "bool" => Resolved(text, kind, JsonValueKind.True, JsonValueKind.False),
            "null" => Resolved(text, kind, JsonValueKind.Null),
            "binary" => JsonValue.Create(Decode(text)),
            _ => JsonValue.Create(text),
        };
    }

    private static JsonNode? Resolved(string text, string tag, params ReadOnlySpan<JsonValueKind> kinds)
    {
        var value = YamlScalar.Resolve(text);
        return kinds.Contains(value?.GetValueKind() ?? JsonValueKind.Null) ? value : throw new FormatException($"\"{text}\" is not of type !!{tag}");
    }

    private static string Decode(string text)
    {
        try
        {
            return new UTF8Encoding(false, true).GetString(Convert.FromBase64String(text));
        }
        catch (ArgumentException fault)
        {
            throw new FormatException("!!binary must hold UTF-8 text in base64", fault);
        }
    }
}
