using System.Text;
using Stash.Runner.Jobs;

namespace Stash.Runner.Hooks;

/// <summary>Keeps the end of what a command says: its last lines, as text that a status and an Event can hold.</summary>
internal sealed class OutputTail
{
    private const int MostBytes = 2 * LogTail.Bytes;
    private readonly List<byte> _bytes = [];
    private readonly Lock _gate = new();

    /// <summary>Takes a chunk of output.</summary>
    public ValueTask AddAsync(ReadOnlyMemory<byte> chunk)
    {
        lock (_gate)
        {
            _bytes.AddRange(chunk.Span);
            if (_bytes.Count > 2 * MostBytes)
            {
                _bytes.RemoveRange(0, _bytes.Count - MostBytes);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>The last lines, see <see cref="LogTail"/>; empty where nothing was said.</summary>
    public override string ToString()
    {
        lock (_gate)
        {
            return LogTail.Of(Encoding.UTF8.GetString([.. _bytes]));
        }
    }

    /// <summary>The text of bytes from outside: control characters but line feeds and tabs are taken out.</summary>
    public static string Plain(ReadOnlySpan<byte> bytes) =>
        new string([.. Encoding.UTF8.GetString(bytes).Where(c => c is '\n' or '\t' || !char.IsControl(c))]).Trim();
}
