using System.Text;
using Microsoft.Extensions.Logging;
using Stash.Core.Restic;
using Stash.Core.Signals;
using Stash.Runner.Hooks;
using Stash.Runner.Logging;

namespace Stash.Runner.Waking;

/// <summary>
/// Hears what a custom sidecar says while it backs up: lines of text go to the log, as far as it is not flooded; restic's own messages
/// (<c>restic backup --json</c>) tell how far it is and, at last, what was saved.
/// </summary>
internal sealed class SidecarOutput(string pod, Action<Progress>? onProgress, TimeProvider time, ILogger log)
{
    /// <summary>Most bytes of a line; what is beyond is dropped.</summary>
    public const int LongestLine = 64 * 1024;

    private const int LongestTold = 1000;
    private const int MostTold = 1000;
    private readonly long _began = time.GetTimestamp();
    private readonly OutputTail _tail = new();
    private readonly Lock _gate = new();
    private int _told;
    private bool _strange;

    /// <summary>What restic says that it saved; null while it has not.</summary>
    public BackupSummary? Saved { get; private set; }

    /// <summary>Whether anything was said.</summary>
    public bool Heard { get; private set; }

    /// <summary>The last lines that are no figures, behind a colon; empty where there are none.</summary>
    public string Words => _tail.ToString() is { Length: > 0 } text ? $": {text}" : "";

    /// <summary>Takes a line that may be one of restic's messages.</summary>
    public async ValueTask OnLine(ReadOnlyMemory<byte> line)
    {
        Heard = true;
        switch (ResticMessage.TryParse(line.Span))
        {
            case { MessageType: "status" } status:
                onProgress?.Invoke(ResticFigures.Progress(status, time.GetElapsedTime(_began)));
                break;
            case { MessageType: "summary", SnapshotId.Length: > 0 } summary:
                (Saved, _strange) = (ResticFigures.Summary(summary), false);
                break;
            default:
                _strange = line.Span.TrimStart((byte)' ').StartsWith("{"u8) || (_strange && line.Span.Trim((byte)' ').IsEmpty);
                await OnText(line);
                break;
        }
    }

    /// <summary>Takes a line of text.</summary>
    public async ValueTask OnText(ReadOnlyMemory<byte> line)
    {
        Heard = true;
        await _tail.AddAsync(line);
        await _tail.AddAsync("\n"u8.ToArray());
        Tell(OutputTail.Plain(line.Span[..Math.Min(line.Length, LongestTold)]));
    }

    /// <summary>Nothing more will come.</summary>
    public void End()
    {
        if (_strange && Saved is null)
        {
            log.SidecarFiguresUnknown(pod);
        }
    }

    private void Tell(string text)
    {
        lock (_gate)
        {
            _told += text.Length == 0 ? 0 : 1;
            if (text.Length > 0 && _told <= MostTold)
            {
                log.SidecarSays(pod, text);
            }
            else if (_told == MostTold + 1)
            {
                _told++;
                log.SidecarSaysTooMuch(pod, MostTold);
            }
        }
    }
}
