using System.Text.Json.Nodes;
using Stash.LocalCluster.Kubelet.Sandbox;

namespace Stash.LocalCluster.Kubelet.Lifecycle;

/// <summary>The probes of one instance of a container: startup gates the other two.</summary>
internal sealed class ContainerProbes(JsonObject container, SandboxProcess process, PodContext context)
{
    /// <summary>Called when <c>started</c> becomes true.</summary>
    public required Action Started { get; init; }

    /// <summary>Called when readiness changes.</summary>
    public required Action<bool> Ready { get; init; }

    /// <summary>Called once when the instance has to be killed: the failed probe's name.</summary>
    public required Action<string> Unhealthy { get; init; }

    /// <summary>Probes until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (Of("startupProbe") is { } startup && !await FirstSuccessAsync(startup, cancellationToken))
        {
            Unhealthy("startup");
            return;
        }

        Started();
        if (Of("readinessProbe") is null)
        {
            Ready(true);
        }

        await Task.WhenAll(ReadinessAsync(cancellationToken), LivenessAsync(cancellationToken));
    }

    private async Task<bool> FirstSuccessAsync(Probe probe, CancellationToken cancellationToken)
    {
        await Wait(probe.InitialDelay, cancellationToken);
        for (var failures = 0; ;)
        {
            if (await TryAsync("Startup", probe, cancellationToken))
            {
                return true;
            }

            if (++failures >= probe.FailureThreshold)
            {
                return false;
            }

            await Wait(probe.Period, cancellationToken);
        }
    }

    private async Task ReadinessAsync(CancellationToken cancellationToken)
    {
        if (Of("readinessProbe") is not { } probe)
        {
            return;
        }

        await Wait(probe.InitialDelay, cancellationToken);
        for (var (ready, row, last) = (false, 0, false); ; await Wait(probe.Period, cancellationToken))
        {
            var good = await TryAsync("Readiness", probe, cancellationToken);
            row = good == last ? row + 1 : 1;
            last = good;
            if (good != ready && row >= (good ? probe.SuccessThreshold : probe.FailureThreshold))
            {
                ready = good;
                Ready(ready);
            }
        }
    }

    private async Task LivenessAsync(CancellationToken cancellationToken)
    {
        if (Of("livenessProbe") is not { } probe)
        {
            return;
        }

        await Wait(probe.InitialDelay, cancellationToken);
        for (var failures = 0; ; await Wait(probe.Period, cancellationToken))
        {
            failures = await TryAsync("Liveness", probe, cancellationToken) ? 0 : failures + 1;
            if (failures >= probe.FailureThreshold)
            {
                Unhealthy("liveness");
                return;
            }
        }
    }

    private async Task<bool> TryAsync(string kind, Probe probe, CancellationToken cancellationToken)
    {
        var fault = await probe.TryAsync(process, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        if (fault is not null)
        {
            await context.Events.RecordAsync(context.Pod, "Warning", "Unhealthy", $"{kind} probe failed: {fault}");
        }

        return fault is null;
    }

    private Probe? Of(string name) => container.At(name) is JsonObject spec ? new Probe(spec, container) : null;

    private static Task Wait(TimeSpan time, CancellationToken cancellationToken) => Task.Delay(time, TimeProvider.System, cancellationToken);
}
