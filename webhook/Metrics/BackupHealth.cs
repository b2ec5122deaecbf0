namespace Stash.Webhook.Metrics;

/// <summary>
/// The health of backups for whoever collects metrics. Collectors that come within a few seconds share one read of the API. None of them waits
/// long: a read that takes longer goes on, for the next one. What is old, or was read before a read that failed, is not given out.
/// </summary>
internal sealed class BackupHealth(HealthReader reader, TimeProvider time, ILogger<BackupHealth> log)
{
    /// <summary>How long a read is shared after its end.</summary>
    public static readonly TimeSpan Shared = TimeSpan.FromSeconds(5);

    /// <summary>How long collectors wait for a read, all together.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>How long a read may take.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>How old a snapshot may be that is given out while a slow read goes on.</summary>
    public static readonly TimeSpan Oldest = TimeSpan.FromMinutes(2);

    private readonly Lock gate = new();
    private Flight? flight;
    private volatile HealthSnapshot? last;

    /// <summary>What is known now; null when the API does not tell.</summary>
    public HealthSnapshot? Known => last is { } snapshot && time.GetUtcNow() - snapshot.ReadAt <= Oldest ? snapshot : null;

    /// <summary>Reads anew, if it is time to, and waits for it within <see cref="Patience"/>.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var (end, left) = Join();
        await end.WaitAsync(left, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>As <see cref="RefreshAsync"/>, for the SDK's callbacks, which cannot await; they come on its own threads, or after a refresh.</summary>
    public HealthSnapshot? Refreshed()
    {
        var (end, left) = Join();
        end.Wait(left);
        return Known;
    }

    private (Task End, TimeSpan Left) Join()
    {
        lock (gate)
        {
            if (flight is null || (flight.End.IsCompleted && time.GetElapsedTime(flight.Landed) >= Shared))
            {
                flight = new Flight(time.GetTimestamp());
                flight.End = FlyAsync(flight);
            }

            var left = Patience - time.GetElapsedTime(flight.Began);
            return (flight.End, left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
    }

    private async Task FlyAsync(Flight mine)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        using var limit = new CancellationTokenSource(Longest, time);
        try
        {
            last = await reader.ReadAsync(limit.Token).WaitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Fail("no answer in time", null);
        }
        catch (Exception fault)
        {
            Fail(fault.Message, fault is Stash.Core.Kubernetes.KubernetesException ? null : fault);
        }

        mine.Landed = time.GetTimestamp();
    }

    private void Fail(string reason, Exception? fault)
    {
        last = null;
        Log.HealthUnread(log, reason, fault);
    }

    private sealed class Flight(long began)
    {
        public long Began => began;

        public long Landed { get; set; }

        public Task End { get; set; } = Task.CompletedTask;
    }
}
