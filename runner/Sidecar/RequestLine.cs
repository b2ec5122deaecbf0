using System.Text.Json;
using Stash.Core.Api;
using Stash.Core.Signals;

namespace Stash.Runner.Sidecar;

/// <summary>A request as a line of JSON; the input need not end after it, as exec over WebSocket v4 cannot end it.</summary>
internal static class RequestLine
{
    /// <summary>Reads up to the first line end, or to the end of the stream.</summary>
    /// <param name="stream">Where it comes from.</param>
    /// <param name="limit">Most bytes.</param>
    /// <param name="cancellationToken">Bounds the wait.</param>
    /// <returns>The line without its end; empty where there was none.</returns>
    /// <exception cref="IOException">The line is longer than the limit.</exception>
    public static async Task<byte[]> ReadAsync(Stream stream, int limit, CancellationToken cancellationToken)
    {
        var buffer = new byte[4096];
        for (var filled = 0; ;)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken);
            var end = buffer.AsSpan(filled, read).IndexOf((byte)'\n');
            filled = end >= 0 ? filled + end : filled + read;
            if (end >= 0 || read == 0)
            {
                return buffer.AsSpan(0, filled).TrimEnd((byte)'\r').ToArray();
            }

            if (filled >= limit)
            {
                throw new IOException($"the request is longer than {limit} bytes");
            }

            if (filled == buffer.Length)
            {
                Array.Resize(ref buffer, Math.Min(buffer.Length * 2, limit));
            }
        }
    }

    /// <summary>Parses it.</summary>
    public static (SignalRequest? Request, string? Fault) Parse(ReadOnlySpan<byte> line)
    {
        if (line.Trim(" \t"u8).IsEmpty)
        {
            return (null, "request: Required value: one line of JSON");
        }

        try
        {
            return JsonSerializer.Deserialize(line, StashJson.Default.SignalRequest) is { } request
                ? (request, null)
                : (null, "request: must be a JSON object, not null");
        }
        catch (JsonException e)
        {
            return (null, $"request{e.Path?.TrimStart('$')}: cannot be understood: {e.Message}");
        }
    }

    /// <summary>The answer to what is no request.</summary>
    public static SignalLine Refusal(string fault) => new()
    {
        Result = new SignalResult { Session = "", Verb = "", Outcome = Outcome.InvalidRequest, Message = fault },
    };
}
