using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Signals;
using Stash.Runner.Logging;

namespace Stash.Runner.Run;

/// <summary>Has the sidecar of one host back up.</summary>
/// <param name="host">The host.</param>
/// <param name="mayInitialize">Whether the repository may be made.</param>
/// <param name="attempt">Which attempt, from 1.</param>
/// <param name="onProgress">Gets progress as it comes.</param>
/// <param name="cancellationToken">Leaves the sidecar to itself.</param>
internal delegate Task<SignalResult> WakeHost(BackupHost host, bool mayInitialize, int attempt, Action<Progress> onProgress, CancellationToken cancellationToken);

/// <summary>Has every host backed up that is not yet, a few at a time, and records each as it ends.</summary>
/// <param name="wake">Wakes a sidecar.</param>
/// <param name="tellsIfMade">Whether the sidecars tell if they made the repository: a custom one keeps that to itself.</param>
/// <param name="attempts">Tries again.</param>
/// <param name="paths">What is backed up, for the status.</param>
/// <param name="recorder">The session.</param>
/// <param name="limits">How many at once.</param>
/// <param name="time">Of conditions.</param>
/// <param name="log">Where it is told.</param>
internal sealed class HostBackups(
    WakeHost wake, bool tellsIfMade, Attempts attempts, IReadOnlyList<string> paths, ISessionRecord recorder, RunLimits limits, TimeProvider time, ILogger log)
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
        log.BackupBegins(host.Name, host.Pod, string.Join(", ", paths));
        var progress = new ProgressLog(log, time, host.Name);
        var result = await attempts.RunAsync(
            host.Name,
            (attempt, token) => wake(host, mayInitialize, attempt, progress.Report, token),
            cancellationToken);
        var stats = HostReport.For(host.Name, result, paths);
        await recorder.WriteAsync(s => Fold(s, target, stats, result, mayInitialize), cancellationToken);
        if (stats.Snapshots is [var snapshot, ..])
        {
            log.SnapshotSaved(host.Name, snapshot.Name ?? "", snapshot.TotalSize ?? "", snapshot.Uploaded ?? "", stats.Duration ?? "");
        }
        else if (stats.Error is null)
        {
            log.BackupDone(host.Name, stats.Duration ?? "");
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
        return mayInitialize && tellsIfMade && result.Backup is not null
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
