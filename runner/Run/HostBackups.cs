using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Signals;
using Stash.Runner.Logging;

namespace Stash.Runner.Run;

/// <summary>Has every host backed up that is not yet, a few at a time, and records each as it ends.</summary>
internal sealed class HostBackups(
    Signalling signalling, Attempts attempts, Orders orders, SessionRecorder recorder, RunLimits limits, TimeProvider time, ILogger log)
{
    /// <summary>Backs up.</summary>
    /// <param name="target">The target that the hosts are of.</param>
    /// <param name="hosts">The hosts; those that the status has as ended are left alone.</param>
    /// <param name="mayInitialize">
    /// Whether the repository may not exist yet. Then hosts go one after another until one has saved a snapshot: two that make the
    /// same repository at once would be in each other's way.
    /// </param>
    /// <param name="cancellationToken">Leaves the sidecars to themselves.</param>
    public async Task RunAsync(TargetReference target, IReadOnlyList<BackupHost> hosts, bool mayInitialize, CancellationToken cancellationToken)
    {
        var ended = Stats(target).Where(s => SessionStatus.IsEnded(s.Phase)).ToList();
        var left = new Queue<BackupHost>(hosts.Where(h => ended.TrueForAll(e => e.Hostname != h.Name)));
        var exists = !mayInitialize || ended.Exists(HasSnapshot);
        while (!exists && left.TryDequeue(out var first))
        {
            await OneAsync(target, first, mayInitialize: true, cancellationToken);
            exists = Stats(target).Any(HasSnapshot);
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = limits.Parallel, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(left, options, async (host, token) => await OneAsync(target, host, mayInitialize: false, token));
    }

    private async Task OneAsync(TargetReference target, BackupHost host, bool mayInitialize, CancellationToken cancellationToken)
    {
        log.BackupBegins(host.Name, host.Pod, string.Join(", ", orders.Paths));
        var progress = new ProgressLog(log, time, host.Name);
        var result = await attempts.RunAsync(
            host.Name,
            (attempt, token) => signalling.SendAsync(host.Pod, orders.Backup(host.Name, mayInitialize, attempt), progress.Report, token),
            cancellationToken);
        var stats = HostReport.For(host.Name, result, orders.Paths);
        await recorder.WriteAsync(s => Fold(s, target, stats, result, mayInitialize), cancellationToken);
        if (stats.Snapshots is [var snapshot, ..])
        {
            log.SnapshotSaved(host.Name, snapshot.Name ?? "", snapshot.TotalSize ?? "", snapshot.Uploaded ?? "", stats.Duration ?? "");
        }

        if (stats.Error is { } error)
        {
            log.BackupFailed(host.Name, error);
        }
    }

    private BackupSessionStatus Fold(
        BackupSessionStatus status, TargetReference target, HostStats stats, SignalResult result, bool mayInitialize)
    {
        var next = status.WithHost(target, stats);
        return mayInitialize && result.Backup is not null
            ? next.With(new Condition
            {
                Type = SessionConditions.BackendRepositoryInitialized,
                Status = "True",
                Reason = result.Initialized ? "Initialized" : "FoundExisting",
                Message = result.Initialized ? "the repository was made" : "the repository was there already",
                LastTransitionTime = time.Now(),
            })
            : next;
    }

    private IReadOnlyList<HostStats> Stats(TargetReference target) =>
        recorder.Status.Targets?.FirstOrDefault(t => t.Ref == target)?.Stats ?? [];

    private static bool HasSnapshot(HostStats stats) => stats.Snapshots is { Count: > 0 };
}
