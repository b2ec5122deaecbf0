using Microsoft.Extensions.Logging;
using Stash.Core.Signals;
using Stash.Runner.Logging;

namespace Stash.Runner.Run;

/// <summary>What retention and statistics gave.</summary>
/// <param name="Forget">Retention's result; null when it was not due.</param>
/// <param name="Stats">The statistics' result.</param>
internal sealed record RetentionResult(SignalResult? Forget, SignalResult Stats);

/// <summary>Applies the retention policy once a session, then counts what is in the repository.</summary>
/// <param name="orders">Words the requests.</param>
/// <param name="attempts">Tries again.</param>
/// <param name="execute">Carries a request out: through a sidecar for a local backend, else in this pod.</param>
/// <param name="log">Where it is told.</param>
internal sealed class Retention(
    Orders orders, Attempts attempts, Func<SignalRequest, CancellationToken, Task<SignalResult>> execute, ILogger log)
{
    /// <summary>Runs both; the repository's Lease is held meanwhile.</summary>
    /// <param name="hosts">Hosts whose snapshots are looked at; empty counts only.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<RetentionResult> RunAsync(IReadOnlyList<string> hosts, CancellationToken cancellationToken)
    {
        SignalResult? forget = null;
        if (hosts.Count > 0)
        {
            forget = await attempts.RunAsync("retention", (attempt, token) => execute(orders.Forget(hosts, attempt), token), cancellationToken);
            if (forget is { Outcome: Outcome.Succeeded, Forget: { } summary })
            {
                log.RetentionApplied(summary.Kept, summary.Removed);
            }
            else
            {
                log.RetentionFailed(forget.Outcome, forget.Message);
            }
        }

        var stats = await attempts.RunAsync("statistics", (attempt, token) => execute(orders.Stats(attempt), token), cancellationToken);
        return new RetentionResult(forget, stats);
    }
}
