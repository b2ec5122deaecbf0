using System.Globalization;

namespace Stash.LocalCluster.Protobuf;

/// <summary>The messages that typed clients send, from <c>messages.txt</c>.</summary>
internal static class MessageTable
{
    private static readonly Dictionary<string, string> RootsByKind = new(StringComparer.Ordinal);
    private static readonly Dictionary<string, Dictionary<int, MessageField>> FieldsByMessage = new(StringComparer.Ordinal);

    static MessageTable()
    {
        using var stream = typeof(MessageTable).Assembly.GetManifestResourceStream("messages.txt")!;
        using var reader = new StreamReader(stream);
        Dictionary<int, MessageField> fields = [];
        while (reader.ReadLine() is { } line)
        {
            switch (line.Split(' '))
            {
                case ["root", var kind, var message]:
                    RootsByKind[kind] = message;
                    break;
                case ["message", var name]:
                    fields = FieldsByMessage[name] = [];
                    break;
                case [var number, var name, var type] when number != "#":
                    fields[int.Parse(number, CultureInfo.InvariantCulture)] = MessageField.Parse(name, type);
                    break;
            }
        }
    }

    /// <summary>The message of a kind; null where clients are not known to send it.</summary>
    public static string? RootOf(string apiVersion, string kind) => RootsByKind.GetValueOrDefault($"{apiVersion}/{kind}");

    /// <summary>The fields of a message by number.</summary>
    public static IReadOnlyDictionary<int, MessageField> FieldsOf(string message) => FieldsByMessage.GetValueOrDefault(message) ?? [];
}

/// <summary>A field of a message.</summary>
/// <param name="Name">Its name in JSON.</param>
/// <param name="Shape">Empty, <c>list</c>, <c>map</c> or <c>inline</c>.</param>
/// <param name="Type">Scalar or message.</param>
/// <param name="KeepsZero">Zero is not the same as missing.</param>
internal sealed record MessageField(string Name, string Shape, string Type, bool KeepsZero)
{
    /// <summary>Reads <c>list:Container</c> or <c>int32*</c>.</summary>
    public static MessageField Parse(string name, string type)
    {
        var parts = type.TrimEnd('*').Split(':');
        return new MessageField(name, parts.Length > 1 ? parts[0] : "", parts[^1], type.EndsWith('*'));
    }
}
