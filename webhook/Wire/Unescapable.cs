using System.Text.Json;

namespace Stash.Webhook.Wire;

/// <summary>
/// Finds halves of surrogate pairs written as escapes (<c>\ud800</c>): JSON's grammar lets them through, no .NET string can be made of
/// them, and System.Text.Json would say so only once the string is read, deep in a decision.
/// </summary>
internal static class Unescapable
{
    /// <summary>Reads every string if the text has such an escape at all.</summary>
    /// <exception cref="JsonException">There is one that stands alone.</exception>
    public static void Check(ReadOnlySpan<byte> json)
    {
        if (json.IndexOf("\\ud"u8) < 0 && json.IndexOf("\\uD"u8) < 0)
        {
            return;
        }

        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 128 });
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && reader.ValueIsEscaped)
            {
                Unescape(ref reader);
            }
        }
    }

    private static void Unescape(ref Utf8JsonReader reader)
    {
        try
        {
            reader.GetString();
        }
        catch (InvalidOperationException fault)
        {
            throw new JsonException("a string has half of a surrogate pair", fault);
        }
    }
}
