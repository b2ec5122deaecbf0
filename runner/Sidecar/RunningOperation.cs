using System.Threading.Channels;
using Stash.Core.Signals;

namespace Stash.Runner.Sidecar;

/// <summary>The operation that runs now, and everybody who follows it. It goes on when they leave.</summary>
internal sealed class RunningOperation(SignalRequest request)
{
    private const int LinesForAFollower = 128;

    private readonly Lock _lock = new();
    private readonly List<Channel<SignalLine>> _followers = [];
    private SignalLine? _lastProgress;
    private SignalResult? _result;

    /// <summary>What was asked.</summary>
    public SignalRequest Request { get; } = request;

    /// <summary>Follows: the progress so far, then each line, at last the result. A follower who is slow misses lines, never the result.</summary>
    public ChannelReader<SignalLine> Follow()
    {
        var follower = Channel.CreateBounded<SignalLine>(
            new BoundedChannelOptions(LinesForAFollower) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        lock (_lock)
        {
            if (_lastProgress is { } progress)
            {
                follower.Writer.TryWrite(progress);
            }

            if (_result is { } result)
            {
                follower.Writer.TryWrite(new SignalLine { Result = result });
                follower.Writer.Complete();
            }
            else
            {
                _followers.Add(follower);
            }
        }

        return follower.Reader;
    }

    /// <summary>Nobody is told any more of this one.</summary>
    public void Leave(ChannelReader<SignalLine> reader)
    {
        lock (_lock)
        {
            _followers.RemoveAll(follower => follower.Reader == reader);
        }
    }

    /// <summary>Tells all.</summary>
    public void Tell(SignalLine line)
    {
        lock (_lock)
        {
            _lastProgress = line.Progress is null ? _lastProgress : line;
            _result ??= line.Result;
            foreach (var follower in _followers)
            {
                follower.Writer.TryWrite(line);
                if (line.Result is not null)
                {
                    follower.Writer.Complete();
                }
            }
        }
    }
}
