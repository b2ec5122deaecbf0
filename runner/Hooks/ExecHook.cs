using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Runner.Logging;
using Stash.Runner.Run;

namespace Stash.Runner.Hooks;

/// <summary>Runs a hook's command in a container over pods/exec. Its words, which may hold a password, are told nowhere.</summary>
internal sealed class ExecHook(IKubernetesClient client, string ns, TimeProvider time, RunLimits limits, ILogger log)
{
    /// <summary>Runs it once; only a request that never reached the container is made again.</summary>
    /// <returns>Null when it ended with 0.</returns>
    /// <exception cref="RunFailureException">The pod has no such container.</exception>
    public async Task<NamedFailure?> RunAsync(Hook hook, JsonObject pod, HookTime left)
    {
        var container = HookPods.Container(pod, hook.ContainerName);
        var place = $"pod {pod.Name()}, container {container}";
        var tail = new OutputTail();
        var request = new ExecRequest
        {
            Namespace = ns,
            Pod = pod.Name(),
            Container = container,
            Command = hook.Exec?.Command ?? [],
            OnStandardOutput = tail.AddAsync,
            OnStandardError = tail.AddAsync,
        };
        try
        {
            var result = await RunAsync(request, place, left.Token);
            return result.ExitCode == 0
                ? null
                : new NamedFailure(FailureCodes.HookFailed, FormattableString.Invariant($"{place}: exit code {result.ExitCode}{Said(tail)}"));
        }
        catch (OperationCanceledException) when (left.IsOver)
        {
            return new NamedFailure(
                FailureCodes.HookTimedOut, $"{place}: not ended within {left.Words}, and may still run; raise the hook's timeout if it needs longer{Said(tail)}");
        }
        catch (ExecConnectionException lost)
        {
            return new NamedFailure(FailureCodes.HookFailed, $"{place}: how the command ended is not known: {lost.Message}{Said(tail)}");
        }
        catch (KubernetesException refused)
        {
            return new NamedFailure(FailureCodes.HookFailed, $"{place}: the command could not be run: {refused.Message}");
        }
    }

    private async Task<ExecResult> RunAsync(ExecRequest request, string place, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await client.ExecAsync(request, cancellationToken);
            }
            catch (KubernetesException refused) when (ApiErrors.IsUnreachable(refused) && time.GetElapsedTime(began) < limits.SidecarSilence)
            {
                log.HookTriedAgain(place, refused.Message);
                await Task.Delay(limits.PauseBefore(attempt + 1), time, cancellationToken);
            }
        }
    }

    private static string Said(OutputTail tail) => tail.ToString() is { Length: > 0 } text ? $": {text}" : "";
}
