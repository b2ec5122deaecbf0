using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes.Requests;

namespace Stash.Core.Kubernetes.Watching;

/// <summary>An event as the server writes it: a line of JSON.</summary>
/// <param name="Type">ADDED, MODIFIED, DELETED, BOOKMARK or ERROR.</param>
/// <param name="Object">The object; for ERROR a Status.</param>
internal sealed record WatchLine(string Type, JsonObject Object)
{
    /// <summary>Reads events until the server ends the stream. A stream that breaks is an <see cref="IOException"/>.</summary>
    public static async IAsyncEnumerable<WatchLine> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        while (await reader.ReadLineAsync(cancellationToken).ConfigureAwait(false) is { } line)
        {
            if (line.Length > 0)
            {
                yield return Parse(line);
            }
        }
    }

    private static WatchLine Parse(string line)
    {
        try
        {
            var json = Json.Read(System.Text.Encoding.UTF8.GetBytes(line));
            return json["type"] is JsonValue type && json["object"] is JsonObject item
                ? new(type.GetValue<string>(), Detached(json, item))
                : throw new IOException("a watch event without type or object");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new IOException($"a watch event is cut off or not JSON: {exception.Message}", exception);
        }
    }

    private static JsonObject Detached(JsonObject json, JsonObject item)
    {
        json.Remove("object");
        return item;
    }
}
