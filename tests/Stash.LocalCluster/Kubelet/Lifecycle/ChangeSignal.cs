namespace Stash.LocalCluster.Kubelet.Lifecycle;

/// <summary>Wakes whoever waits for an object that is not there yet.</summary>
internal sealed class ChangeSignal
{
    private volatile TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends at the next change. Take it before you look, so that no change falls between.</summary>
    public Task Next => _next.Task;

    /// <summary>Something changed.</summary>
    public void Raise() =>
        Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
}
