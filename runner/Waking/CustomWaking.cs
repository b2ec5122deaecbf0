using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Functions;
using Stash.Core.Kubernetes;
using Stash.Core.Signals;
using Stash.Runner.Run;

namespace Stash.Runner.Waking;

/// <summary>Wakes the sidecars of a Function that says itself how: by a command or by a request, with the variables of the session.</summary>
internal sealed class CustomWaking(
    IKubernetesClient client, Inputs inputs, string session, DateTimeOffset deadline, string ns, TimeProvider time, RunLimits limits, ILogger log)
{
    /// <summary>Has one host backed up. Nothing is tried again once the sidecar has been reached: whether it may is its own to know.</summary>
    /// <param name="host">The host.</param>
    /// <param name="onProgress">Gets progress as restic tells it.</param>
    /// <param name="cancellationToken">Leaves the sidecar to itself.</param>
    public async Task<SignalResult> WakeAsync(BackupHost host, Action<Progress>? onProgress, CancellationToken cancellationToken)
    {
        var (began, start) = (time.GetTimestamp(), time.GetUtcNow());
        var output = new SidecarOutput(host.Pod, onProgress, time, log);
        var failure = await UntilDeadlineAsync(host, output, cancellationToken);
        output.End();
        return new SignalResult
        {
            Session = session,
            Verb = SignalVerb.Backup,
            Outcome = failure?.Code ?? Outcome.Succeeded,
            Message = failure?.Message ?? "the sidecar is done",
            StartTime = start,
            Seconds = time.GetElapsedTime(began).TotalSeconds,
            Backup = output.Saved,
        };
    }

    private async Task<NamedFailure?> UntilDeadlineAsync(BackupHost host, SidecarOutput output, CancellationToken cancellationToken)
    {
        var left = deadline - time.GetUtcNow();
        using var late = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        try
        {
            return await DispatchAsync(host, output, either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return new NamedFailure(
                Outcome.DeadlineExceeded, $"the sidecar of pod {host.Pod} was not done by {deadline:u}, and may still work; raise spec.timeOut if it needs longer{output.Words}");
        }
        catch (RunFailureException one) when (one.Failure.Code is not FailureCodes.ApiRefused)
        {
            return one.Failure;
        }
    }

    private Task<NamedFailure?> DispatchAsync(BackupHost host, SidecarOutput output, CancellationToken cancellationToken)
    {
        var variables = Variables.Of(inputs.Config, inputs.Repository)
            .With(Variables.Hostname, host.Name)
            .With(Variables.BackupSession, session)
            .With(inputs.Config.Spec.Target?.Sidecar?.Params);
        var signal = FunctionResolver.ResolveSignal(inputs.Sidecar!, variables, out var faults);
        return signal switch
        {
            { Exec.Command: { } command } => new ExecWaking(client, ns, time, limits, log).RunAsync(host.Pod, command, output, cancellationToken),
            { HttpPost: { } post } => new HttpWaking(client, ns, time, limits, log).RunAsync(host.Pod, post, output, cancellationToken),
            _ => throw new RunFailureException(FailureCodes.FunctionUnusable, string.Join("; ", faults.Select(fault => fault.ToString()))),
        };
    }
}
