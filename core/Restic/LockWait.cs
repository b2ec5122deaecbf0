using Stash.Core.Signals;

namespace Stash.Core.Restic;

/// <summary>
/// Waits for locks of others: restic's own <c>--retry-lock</c> came with 0.16. Stale locks are removed by plain <c>unlock</c>, live ones waited
/// for with growing pauses until the time is over.
/// </summary>
internal sealed class LockWait(TimeSpan longest, TimeProvider time, Action<string> log)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(15);

    /// <summary>Runs the action, again after each <see cref="Outcome.RepositoryLocked"/>, until it ends otherwise or the time is over.</summary>
    public async Task<ResticEnd<T>> TryAsync<T>(
        Func<Task<ResticEnd<T>>> action, Func<Task> unlock, CancellationToken cancellationToken)
        where T : class
    {
        var start = time.GetTimestamp();
        var pause = FirstPause;
        for (var isFirst = true; ; isFirst = false)
        {
            var end = await action();
            var left = longest - time.GetElapsedTime(start);
            if (end.Failure?.Outcome != Outcome.RepositoryLocked || (!isFirst && left <= TimeSpan.Zero) || cancellationToken.IsCancellationRequested)
            {
                return end;
            }

            log(isFirst ? "The repository is locked; stale locks are removed, live ones waited for." : "The repository is still locked.");
            await unlock();
            if (!isFirst)
            {
                try
                {
                    await Task.Delay(left < pause ? left : pause, time, cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    return end;
                }

                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
        }
    }
}
