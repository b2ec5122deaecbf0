using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Stash.Core.Yaml;

/// <summary>Writes JSON nodes as YAML in block style, lists flush with their key, as kubectl prints them.</summary>
internal sealed class YamlWriter
{
    private const int LongestImplicitKey = 1000;

    private readonly StringBuilder text = new();

    private YamlWriter()
    {
    }

    /// <summary>One document, ending with a line feed.</summary>
    public static string Write(JsonNode node)
    {
        var writer = new YamlWriter();
        switch (node)
        {
            case JsonObject { Count: > 0 } map:
                writer.WriteMap(map, 0, startsLine: true);
                break;
            case JsonArray { Count: > 0 } list:
                writer.WriteList(list, 0, startsLine: true);
                break;
            default:
                writer.WriteLeaf(node, 0);
                break;
        }

        return writer.text.ToString();
    }

    private void WriteMap(JsonObject map, int indent, bool startsLine)
    {
        foreach (var (key, value) in map)
        {
            if (startsLine)
            {
                text.Append(' ', indent);
            }

            startsLine = true;
            var name = YamlText.Key(key);
            if (name.Length > LongestImplicitKey)
            {
                text.Append("? ").Append(name).Append('\n').Append(' ', indent).Append(':');
            }
            else
            {
                text.Append(name).Append(':');
            }

            WriteValue(value, indent);
        }
    }

    private void WriteValue(JsonNode? value, int indent)
    {
        switch (value)
        {
            case JsonObject { Count: > 0 } map:
                text.Append('\n');
                WriteMap(map, indent + 2, startsLine: true);
                break;
            case JsonArray { Count: > 0 } list:
                text.Append('\n');
                WriteList(list, indent, startsLine: true);
                break;
            default:
                text.Append(' ');
                WriteLeaf(value, indent + 2);
                break;
        }
    }

    private void WriteList(JsonArray list, int indent, bool startsLine)
    {
        foreach (var item in list)
        {
            if (startsLine)
            {
                text.Append(' ', indent);
            }

            startsLine = true;
            text.Append("- ");
            switch (item)
            {
                case JsonObject { Count: > 0 } map:
                    WriteMap(map, indent + 2, startsLine: false);
                    break;
                case JsonArray { Count: > 0 } inner:
                    WriteList(inner, indent + 2, startsLine: false);
                    break;
                default:
                    WriteLeaf(item, indent + 2);
                    break;
            }
        }
    }

    private void WriteLeaf(JsonNode? leaf, int indent)
    {
        switch (leaf?.GetValueKind())
        {
            case null or JsonValueKind.Null:
                text.Append("null\n");
                break;
            case JsonValueKind.String when leaf.GetValue<string>() is var value && YamlText.FitsBlock(value):
                WriteBlock(value, Math.Max(indent, 2));
                break;
            case JsonValueKind.String:
                text.Append(YamlText.Inline(leaf.GetValue<string>())).Append('\n');
                break;
            default:
                text.Append(leaf.ToJsonString()).Append('\n');
                break;
        }
    }

    private void WriteBlock(string value, int indent)
    {
        var chomping = value.EndsWith("\n\n", StringComparison.Ordinal) ? "|+" : value.EndsWith('\n') ? "|" : "|-";
        text.Append(CultureInfo.InvariantCulture, $"{chomping}\n");
        var content = value.EndsWith('\n') ? value[..^1] : value;
        foreach (var line in content.Split('\n'))
        {
            text.Append(' ', line.Length == 0 ? 0 : indent).Append(line).Append('\n');
        }
    }
}
