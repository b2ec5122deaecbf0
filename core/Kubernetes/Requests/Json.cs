using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Stash.Core.Kubernetes.Requests;

/// <summary>Reads and writes objects as they are.</summary>
internal static class Json
{
    /// <summary>Schemas of CRDs nest far deeper than the default of 64.</summary>
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 512, AllowDuplicateProperties = false };

    /// <summary>Reads an object.</summary>
    /// <exception cref="JsonException">Not JSON, or no object.</exception>
    public static JsonObject Read(ReadOnlySpan<byte> utf8) =>
        JsonNode.Parse(utf8, documentOptions: Deep) as JsonObject ?? throw new JsonException("an object is expected");

    /// <summary>Writes an object.</summary>
    public static byte[] Write(JsonObject json)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            json.WriteTo(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }
}
