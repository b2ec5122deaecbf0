using Microsoft.Extensions.Logging;
using Stash.Core.Signals;
using Stash.Runner.Logging;

namespace Stash.Runner.Run;

/// <summary>Tries an operation on a repository again where its failure may pass by itself.</summary>
internal sealed class Attempts(TimeProvider time, RunLimits limits, ILogger log)
{
    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(5);

    /// <summary>Runs the operation, up to <see cref="RunLimits.Attempts"/> times; a sidecar that is busy with another session is waited for.</summary>
    /// <param name="what">The host or step, for the log.</param>
    /// <param name="operation">Runs one attempt, numbered from 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The last result.</returns>
    public async Task<SignalResult> RunAsync(
        string what, Func<int, CancellationToken, Task<SignalResult>> operation, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (var attempt = 1; ;)
        {
            var result = await operation(attempt, cancellationToken);
            if (result.Outcome == Outcome.SidecarBusy && time.GetElapsedTime(began) < limits.Lock)
            {
                log.SidecarBusy(what, result.Message);
                await Task.Delay(BusyPause, time, cancellationToken);
                continue;
            }

            if (result.Outcome == Outcome.Succeeded || !result.Retryable || attempt >= limits.Attempts)
            {
                return result;
            }

            attempt++;
            var pause = limits.PauseBefore(attempt);
            log.TryingAgain(what, result.Outcome, result.Message, attempt, limits.Attempts, pause.TotalSeconds);
            await Task.Delay(pause, time, cancellationToken);
        }
    }
}
