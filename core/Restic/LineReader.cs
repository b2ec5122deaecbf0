using System.Buffers;

namespace Stash.Core.Restic;

/// <summary>Reads lines as bytes as they come, in bounded memory.</summary>
public static class LineReader
{
    private const int FirstBuffer = 4096;

    /// <summary>Calls <paramref name="onLine"/> for each line, without its line end, until the stream ends.</summary>
    /// <param name="stream">What is read.</param>
    /// <param name="limit">Most bytes of one line; what is beyond is dropped, and the line comes cut.</param>
    /// <param name="onLine">Gets the line; the memory is reused after it returns.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static async Task ReadAsync(
        Stream stream, int limit, Func<ReadOnlyMemory<byte>, ValueTask> onLine, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(onLine);
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Min(FirstBuffer, limit));
        try
        {
            var filled = 0;
            var cut = false;
            while (true)
            {
                if (filled == buffer.Length)
                {
                    if (filled < limit)
                    {
                        buffer = Grow(buffer, limit);
                    }
                    else
                    {
                        if (!cut)
                        {
                            await onLine(buffer.AsMemory(0, limit));
                        }

                        (cut, filled) = (true, 0);
                    }
                }

                var read = await stream.ReadAsync(buffer.AsMemory(filled), cancellationToken);
                if (read == 0)
                {
                    break;
                }

                filled += read;
                var start = 0;
                for (int end; (end = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n')) >= 0; start += end + 1)
                {
                    if (!cut)
                    {
                        await onLine(buffer.AsMemory(start, Trim(buffer.AsSpan(start, end))));
                    }

                    cut = false;
                }

                buffer.AsSpan(start, filled - start).CopyTo(buffer);
                filled -= start;
            }

            if (filled > 0 && !cut)
            {
                await onLine(buffer.AsMemory(0, Trim(buffer.AsSpan(0, filled))));
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int Trim(ReadOnlySpan<byte> line) => line.EndsWith("\r"u8) ? line.Length - 1 : line.Length;

    private static byte[] Grow(byte[] buffer, int limit)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(buffer.Length * 2, Math.Max(limit, buffer.Length + 1)));
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
