using System.Collections.Concurrent;

namespace Stash.Webhook.Pods;

/// <summary>Lets those who want the same thing at the same time share one read. Nothing is kept once it is read.</summary>
/// <param name="deadline">How long a read may take: it belongs to all who wait, so none of them can cancel it.</param>
/// <param name="time">Drives the deadline.</param>
internal sealed class SingleFlight<TKey, TValue>(TimeSpan deadline, TimeProvider time)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Lazy<Task<TValue>>> flights = new();

    /// <summary>Begins a read, or joins the one in flight. A failure is shared as well.</summary>
    /// <returns>The value, and whether the read had begun before it was asked for here.</returns>
    public async Task<(TValue Value, bool Joined)> RunAsync(TKey key, Func<TKey, CancellationToken, Task<TValue>> read, CancellationToken cancellationToken)
    {
        var mine = new Lazy<Task<TValue>>(() => FlyAsync(key, read));
        var flight = flights.GetOrAdd(key, mine);
        var value = await flight.Value.WaitAsync(cancellationToken);
        return (value, flight != mine);
    }

    private async Task<TValue> FlyAsync(TKey key, Func<TKey, CancellationToken, Task<TValue>> read)
    {
        // Off the caller's path, so that the flight is in the table before it can end.
        await Task.Yield();
        using var limit = new CancellationTokenSource(deadline, time);
        try
        {
            return await read(key, limit.Token).WaitAsync(limit.Token);
        }
        finally
        {
            flights.TryRemove(key, out _);
        }
    }
}
