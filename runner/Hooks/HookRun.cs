using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Hooks;
using Stash.Core.Kubernetes;
using Stash.Runner.Run;

namespace Stash.Runner.Hooks;

/// <summary>Runs one hook, its templates rendered, wherever it is to run.</summary>
internal sealed class HookRun(IKubernetesClient client, RunSettings settings, TimeProvider time, ILogger log)
{
    private const int MostAtOnce = 16;

    /// <summary>The pods that a hook runs in, or whose ports it asks for by name; none where it needs no pod.</summary>
    /// <param name="hook">The hook.</param>
    /// <param name="target">Whose pods.</param>
    /// <param name="named">See <see cref="HookPods.Choose"/>.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RunFailureException">It needs a pod and there is none.</exception>
    public async Task<IReadOnlyList<JsonObject>> PodsAsync(
        Hook hook, TargetReference target, IReadOnlyList<string> named, CancellationToken cancellationToken)
    {
        if (!HookPlace.NeedsPod(hook))
        {
            return [];
        }

        if (!Targets.HasPods(target.Kind))
        {
            throw new RunFailureException(
                FailureCodes.NotSupported, $"the hook runs in the target's pods, and a {target.Kind ?? "config without a target"} has none: name a host, or an executor");
        }

        var targets = new Targets(client, time, settings.Limits, log);
        var workload = await targets.WorkloadAsync(target, settings.Namespace, cancellationToken);
        var pods = HookPods.Choose(target.Kind ?? "", await targets.PodsAsync(workload, cancellationToken), named);
        return pods.Count > 0 ? pods : throw new RunFailureException(
            FailureCodes.NoPods, $"{target.Kind} {target.Name} has no live pod that the hook could run in; see: kubectl describe {target.Kind?.ToLowerInvariant()} {target.Name}");
    }

    /// <summary>Runs it in every pod at once, or once.</summary>
    /// <returns>Null when it succeeded everywhere.</returns>
    public async Task<NamedFailure?> RunAsync(Hook hook, IReadOnlyList<JsonObject> pods, CancellationToken stop)
    {
        using var left = new HookTime(HookTimeout.Of(hook), time, stop);
        if (HookPlace.RunsOnce(hook))
        {
            return await OneAsync(hook, pods is [var first, ..] ? first : null, left);
        }

        var failures = new ConcurrentDictionary<string, NamedFailure>(StringComparer.Ordinal);
        var options = new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = stop };
        await Parallel.ForEachAsync(pods, options, async (pod, _) =>
        {
            if (await OneAsync(hook, pod, left) is { } failure)
            {
                failures[pod.Name()] = failure;
            }
        });
        var told = failures.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => f.Value).ToList();
        return told.Count == 0 ? null : new NamedFailure(told[0].Code, string.Join("; ", told.Select(f => f.Message)));
    }

    private async Task<NamedFailure?> OneAsync(Hook hook, JsonObject? pod, HookTime left)
    {
        try
        {
            if (hook.Exec is not null)
            {
                return await new ExecHook(client, settings.Namespace, time, settings.Limits, log).RunAsync(hook, pod!, left);
            }

            var host = HookPlace.Host(hook) ?? pod.Text("status", "podIP") ?? throw new RunFailureException(
                FailureCodes.HookFailed, $"pod {pod!.Name()} has no address yet; see: kubectl describe pod {pod!.Name()}");
            var port = HookPort.Resolve(HookPlace.Port(hook), pod, hook.ContainerName);
            return hook.TcpSocket is not null ? await TcpHook.RunAsync(host, port, left) : await HttpHook.RunAsync(hook, host, port, left);
        }
        catch (RunFailureException failure)
        {
            return failure.Failure;
        }
    }
}
