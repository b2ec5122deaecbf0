using System.Text;

namespace Stash.Core.Restic;

/// <summary>Hears what restic says on both its streams, in bounded memory. Never throws for what it hears.</summary>
public sealed class ResticListener(TimeProvider time)
{
    private const int LinesKept = 30;
    private const int LongestText = 2000;
    private static readonly TimeSpan BetweenProgress = TimeSpan.FromMilliseconds(900);

    private readonly Lock _lock = new();
    private readonly Queue<string> _words = new();
    private long? _lastProgress;
    private bool _panicked;

    /// <summary>Gets status messages, at most about one a second.</summary>
    public Action<ResticMessage>? OnStatus { get; init; }

    /// <summary>Gets told after each path that could not be read.</summary>
    public Action<UnreadFiles>? OnUnread { get; init; }

    /// <summary>The last <c>summary</c>, <c>initialized</c> or <c>version</c>.</summary>
    public ResticMessage? Summary { get; private set; }

    /// <summary>restic's own word on its exit code; null before 0.17.</summary>
    public ResticMessage? ExitError { get; private set; }

    /// <summary>Paths that could not be read.</summary>
    public UnreadFiles Unread { get; } = new();

    /// <summary>The last lines of text on standard error, and of text on standard output where <see cref="KeepOutputText"/>.</summary>
    public IReadOnlyList<string> Words
    {
        get
        {
            lock (_lock)
            {
                return [.. _words];
            }
        }
    }

    /// <summary>Whether text on standard output is kept: check tells its findings there in old versions.</summary>
    public bool KeepOutputText { get; init; }

    /// <summary>Takes a line of standard output.</summary>
    public ValueTask OnOutputLine(ReadOnlyMemory<byte> line) => Take(line.Span, KeepOutputText);

    /// <summary>Takes a line of standard error.</summary>
    public ValueTask OnErrorLine(ReadOnlyMemory<byte> line) => Take(line.Span, keepText: true);

    private ValueTask Take(ReadOnlySpan<byte> line, bool keepText)
    {
        var message = ResticMessage.TryParse(line);
        var text = message is null && keepText ? Encoding.UTF8.GetString(line[..Math.Min(line.Length, LongestText)]).Trim() : "";
        lock (_lock)
        {
            if (message is null)
            {
                TakeText(text);
            }
            else
            {
                TakeMessage(message);
            }
        }

        return ValueTask.CompletedTask;
    }

    private void TakeMessage(ResticMessage message)
    {
        switch (message.MessageType)
        {
            case "status" when _lastProgress is not { } last || time.GetElapsedTime(last) >= BetweenProgress:
                _lastProgress = time.GetTimestamp();
                OnStatus?.Invoke(message);
                break;
            case "summary" or "initialized" or "version":
                Summary = message;
                break;
            case "exit_error":
                ExitError = message;
                break;
            case "error" when message.Item is not null:
                Unread.Add(message);
                OnUnread?.Invoke(Unread);
                break;
            case "error":
                TakeText((message.Message ?? message.Reason()).Trim());
                break;
            default:
                break;
        }
    }

    private void TakeText(string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        if (Unread.AddText(text))
        {
            OnUnread?.Invoke(Unread);
            return;
        }

        if (_panicked)
        {
            return;
        }

        _panicked = text.StartsWith("panic: ", StringComparison.Ordinal) || text.StartsWith("fatal error: ", StringComparison.Ordinal);
        _words.Enqueue(text);
        if (_words.Count > LinesKept)
        {
            _words.Dequeue();
        }
    }
}
