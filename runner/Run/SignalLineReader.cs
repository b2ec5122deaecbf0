using System.Buffers;
using System.Text;
using System.Text.Json;
using Stash.Core.Api;
using Stash.Core.Signals;

namespace Stash.Runner.Run;

/// <summary>Puts the chunks of an exec stream together into <see cref="SignalLine"/>s; pure.</summary>
internal sealed class SignalLineReader
{
    private const int LongestLine = 1 << 20;
    private readonly ArrayBufferWriter<byte> _rest = new();
    private bool _overlong;

    /// <summary>Takes a chunk and gives the lines that are complete by it. What is not a signal's line comes as a log line.</summary>
    public IReadOnlyList<SignalLine> Feed(ReadOnlyMemory<byte> chunk)
    {
        var lines = new List<SignalLine>();
        var left = chunk.Span;
        while (left.IndexOf((byte)'\n') is >= 0 and var end)
        {
            Keep(left[..end]);
            if (Take() is { } line)
            {
                lines.Add(line);
            }

            left = left[(end + 1)..];
        }

        Keep(left);
        return lines;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        if (_rest.WrittenCount + bytes.Length > LongestLine)
        {
            _overlong = true;
            return;
        }

        _rest.Write(bytes);
    }

    private SignalLine? Take()
    {
        var bytes = _rest.WrittenSpan.TrimEnd((byte)'\r');
        var line = (_overlong, bytes.IsEmpty) switch
        {
            (true, _) => new SignalLine { Log = "a line of more than 1 MiB was left out" },
            (_, true) => null,
            _ => Parse(bytes),
        };
        _rest.ResetWrittenCount();
        _overlong = false;
        return line;
    }

    private static SignalLine Parse(ReadOnlySpan<byte> bytes)
    {
        try
        {
            if (JsonSerializer.Deserialize(bytes, StashJson.Default.SignalLine) is { } line)
            {
                return line;
            }
        }
        catch (JsonException)
        {
            // A container may write a line of its own to standard output: it is shown, and the stream goes on.
        }

        return new SignalLine { Log = Encoding.UTF8.GetString(bytes) };
    }
}
