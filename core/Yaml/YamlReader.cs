using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Stash.Core.Yaml;

/// <summary>Turns YamlDotNet's parser events into JSON nodes: anchors, aliases and merge keys are resolved, duplicate keys refused.</summary>
internal sealed class YamlReader
{
    /// <summary>How deep a document may nest; System.Text.Json's own limit.</summary>
    public const int MaxDepth = 64;

    /// <summary>How many nodes aliases may add to one stream: a bomb of aliases ends here, not in memory.</summary>
    public const int MaxAliasedNodes = 100_000;

    private readonly Parser parser;
    private readonly Dictionary<string, (JsonNode? Node, int Size)> anchors = new(StringComparer.Ordinal);
    private readonly HashSet<string> open = new(StringComparer.Ordinal);
    private int nodes;
    private int aliased;

    private YamlReader(string text) => parser = new Parser(new StringReader(text));

    /// <summary>Every document of the stream, empty ones as null.</summary>
    /// <exception cref="FormatException">Not YAML; says line and column.</exception>
    public static List<YamlDocument> Read(string text)
    {
        try
        {
            return new YamlReader(text).ReadStream();
        }
        catch (YamlException fault)
        {
            throw new FormatException(At(fault.Start, fault.InnerException?.Message ?? fault.Message), fault);
        }
    }

    private List<YamlDocument> ReadStream()
    {
        var documents = new List<YamlDocument>();
        while (parser.MoveNext())
        {
            if (parser.Current is DocumentStart)
            {
                anchors.Clear();
                parser.MoveNext();
                var start = parser.Current!.Start;
                documents.Add(new YamlDocument(ReadNode(0), start.Line, start.Column));
            }
        }

        return documents;
    }

    private JsonNode? ReadNode(int depth)
    {
        var current = parser.Current!;
        if (depth >= MaxDepth)
        {
            throw Fault(current.Start, $"nested deeper than {MaxDepth} levels");
        }

        if (current is AnchorAlias alias)
        {
            return Resolve(alias);
        }

        var anchor = ((NodeEvent)current).Anchor;
        var before = nodes++;
        if (!anchor.IsEmpty)
        {
            open.Add(anchor.Value);
        }

        JsonNode? node = current switch
        {
            Scalar scalar => ReadScalar(scalar),
            SequenceStart => ReadSequence(depth),
            MappingStart => ReadMapping(depth),
            _ => throw Fault(current.Start, "a value was expected"),
        };
        if (!anchor.IsEmpty)
        {
            open.Remove(anchor.Value);
            anchors[anchor.Value] = (node, nodes - before);
        }

        return node;
    }

    private JsonNode? Resolve(AnchorAlias alias)
    {
        var name = alias.Value.Value;
        if (open.Contains(name))
        {
            throw Fault(alias.Start, $"anchor {name} contains itself");
        }

        if (!anchors.TryGetValue(name, out var anchor))
        {
            throw Fault(alias.Start, $"anchor {name} is not defined");
        }

        nodes += anchor.Size;
        aliased += anchor.Size;
        return aliased <= MaxAliasedNodes
            ? anchor.Node?.DeepClone()
            : throw Fault(alias.Start, $"aliases add more than {MaxAliasedNodes} values: write the document without them");
    }

    private JsonArray ReadSequence(int depth)
    {
        var array = new JsonArray();
        while (parser.MoveNext() && parser.Current is not SequenceEnd)
        {
            array.Add(ReadNode(depth + 1));
        }

        return array;
    }

    private JsonObject ReadMapping(int depth)
    {
        var map = new JsonObject();
        List<JsonNode?>? merges = null;
        while (parser.MoveNext() && parser.Current is not MappingEnd)
        {
            var key = parser.Current!;
            if (key is Scalar { Value: "<<", Style: ScalarStyle.Plain } merge && (merge.Tag.IsEmpty || merge.Tag.Value == YamlTags.Merge))
            {
                parser.MoveNext();
                var start = parser.Current!.Start;
                AddMerges(ReadNode(depth + 1), start, merges ??= []);
                continue;
            }

            var name = ReadKey(depth);
            parser.MoveNext();
            var value = ReadNode(depth + 1);
            if (!map.TryAdd(name, value))
            {
                throw Fault(key.Start, $"key \"{name}\" is given twice in the same map");
            }
        }

        Merge(map, merges);
        return map;
    }

    private string ReadKey(int depth)
    {
        var start = parser.Current!.Start;
        var key = ReadNode(depth + 1);
        return key?.GetValueKind() switch
        {
            JsonValueKind.String => key.GetValue<string>(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Number => key.ToJsonString(),
            _ => throw Fault(start, "a key must be a string, a number or a boolean"),
        };
    }

    private static void AddMerges(JsonNode? value, Mark start, List<JsonNode?> merges)
    {
        var sources = value is JsonArray list ? list.ToArray() : [value];
        foreach (var source in sources)
        {
            merges.Add(source is JsonObject ? source : throw Fault(start, "<< takes a map or a list of maps"));
        }
    }

    private static void Merge(JsonObject map, List<JsonNode?>? merges)
    {
        foreach (var source in merges ?? [])
        {
            foreach (var (name, value) in source!.AsObject())
            {
                map.TryAdd(name, value?.DeepClone());
            }
        }
    }

    private static JsonNode? ReadScalar(Scalar scalar)
    {
        try
        {
            return YamlTags.Read(scalar);
        }
        catch (FormatException fault)
        {
            throw Fault(scalar.Start, fault.Message);
        }
    }

    private static FormatException Fault(Mark mark, string sentence) => new(At(mark, sentence));

    private static string At(Mark mark, string sentence) =>
        string.Create(CultureInfo.InvariantCulture, $"line {mark.Line}, column {mark.Column}: {sentence}");
}
