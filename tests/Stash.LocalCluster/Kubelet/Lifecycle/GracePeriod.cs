namespace Stash.LocalCluster.Kubelet.Lifecycle;

/// <summary>The time a pod has to end. Processes run on the machine's own clock, and so does this.</summary>
internal sealed class GracePeriod : IDisposable
{
    // What the kubelet leaves to sidecars when the main containers have used the grace period up.
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _over = new();
    private readonly CancellationTokenSource _force = new();
    private readonly Lock _lock = new();
    private long? _end;

    /// <summary>Fires when main containers have to be killed.</summary>
    public CancellationToken Over => _over.Token;

    /// <summary>Begins, or shortens: a later end than the present one changes nothing.</summary>
    public void EndWithin(TimeSpan time)
    {
        lock (_lock)
        {
            var end = TimeProvider.System.GetTimestamp() + (long)(time.TotalSeconds * TimeProvider.System.TimestampFrequency);
            if ((_end is null || end < _end) && !_force.IsCancellationRequested)
            {
                _end = end;
                _over.CancelAfter(time);
            }
        }
    }

    /// <summary>Everything is killed now, sidecars too.</summary>
    public void Force()
    {
        lock (_lock)
        {
            _force.Cancel();
            _over.Cancel();
        }
    }

    /// <summary>A token for one sidecar: what is left, but at least two seconds.</summary>
    public CancellationTokenSource ForSidecar()
    {
        lock (_lock)
        {
            var now = TimeProvider.System.GetTimestamp();
            var left = TimeProvider.System.GetElapsedTime(now, _end ?? now);
            var source = CancellationTokenSource.CreateLinkedTokenSource(_force.Token);
            source.CancelAfter(left > Least ? left : Least);
            return source;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _over.Dispose();
        _force.Dispose();
    }
}
