using Microsoft.Extensions.Logging;
using Stash.Core.Kubernetes;
using Stash.Core.Signals;
using Stash.Runner.Logging;

namespace Stash.Runner.Run;

/// <summary>
/// Turns what stops a session's steps into a named failure. Let through are only an API server that cannot be reached and the process being
/// told to stop: then another attempt goes on.
/// </summary>
/// <param name="recorder">The session.</param>
/// <param name="log">Gets faults of this program.</param>
/// <param name="deadline">The session's deadline.</param>
/// <param name="stop">The process is told to stop.</param>
internal sealed class StepGuard(ISessionRecord recorder, ILogger log, CancellationToken deadline, CancellationToken stop)
{
    /// <summary>Runs steps, at most to the session's deadline.</summary>
    /// <returns>Why they did not end well; null when they did.</returns>
    public async Task<NamedFailure?> RunAsync(Func<CancellationToken, Task> steps)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline, stop);
        try
        {
            await steps(either.Token);
            return null;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested && deadline.IsCancellationRequested)
        {
            return new NamedFailure(Outcome.DeadlineExceeded, $"not ended by {recorder.Status.SessionDeadline:u}; raise spec.timeOut if it needs longer");
        }
        catch (RunFailureException failure)
        {
            return failure.Failure;
        }
        catch (KubernetesException refused) when (!ApiErrors.IsUnreachable(refused))
        {
            return new NamedFailure(FailureCodes.ApiRefused, refused.Message);
        }
        catch (Exception fault) when (fault is not KubernetesException && !(fault is OperationCanceledException && stop.IsCancellationRequested))
        {
            log.Fault(fault);
            return new NamedFailure(FailureCodes.InternalError, $"{fault.GetType().Name}: {fault.Message}; please report it with the runner's log");
        }
    }
}
