using Stash.Core.Cron;

namespace Stash.Runner.Hooks;

/// <summary>The time that a hook has, in all its pods together.</summary>
internal sealed class HookTime : IDisposable
{
    private readonly CancellationTokenSource _late;
    private readonly CancellationTokenSource _either;
    private readonly CancellationToken _stop;
    private readonly TimeSpan _length;

    /// <summary>Begins to run.</summary>
    /// <param name="length">How long the hook may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="stop">Gives up for another reason.</param>
    public HookTime(TimeSpan length, TimeProvider time, CancellationToken stop)
    {
        (_length, _stop) = (length, stop);
        _late = new CancellationTokenSource(length, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_late.Token, stop);
    }

    /// <summary>Cancelled when the time is over, or the hook is given up.</summary>
    public CancellationToken Token => _either.Token;

    /// <summary>Whether the time is over, and not only the hook given up.</summary>
    public bool IsOver => _late.IsCancellationRequested && !_stop.IsCancellationRequested;

    /// <summary>How long it was, for people.</summary>
    public string Words => GoDuration.Format(_length);

    /// <inheritdoc/>
    public void Dispose()
    {
        _either.Dispose();
        _late.Dispose();
    }
}
