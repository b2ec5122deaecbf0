using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Hooks;
using Stash.Core.Kubernetes;
using Stash.Runner.Jobs;
using Stash.Runner.Logging;
using Stash.Runner.Run;

namespace Stash.Runner.Hooks;

/// <summary>Runs a hook in a Job made from a Function, or goes on with the Job that an earlier attempt made; when it returns, nothing of the Job runs.</summary>
internal sealed class ExecutorRun(IKubernetesClient client, RunSettings settings, TimeProvider time, ILogger log)
{
    private readonly ExecutorFunction _functions = new(client, settings);
    private readonly JobRun _jobs = new(client, settings.Namespace, time, settings.Limits.Executor, log);

    /// <summary>Runs it.</summary>
    /// <param name="hook">The hook, rendered.</param>
    /// <param name="name">Name of its Job.</param>
    /// <param name="config">The config.</param>
    /// <param name="session">The session.</param>
    /// <param name="cancellationToken">Leaves the Job alone.</param>
    /// <returns>Null when its command ended with 0.</returns>
    /// <exception cref="RunFailureException">There is no such Function, or no Job can be made of it.</exception>
    public async Task<NamedFailure?> RunAsync(
        Hook hook, string name, BackupConfiguration config, BackupSession session, CancellationToken cancellationToken)
    {
        var function = await _functions.ResolveAsync(hook.Executor!, config, session.Metadata.Name ?? "", cancellationToken);
        var job = await EnsureAsync(ExecutorJob.Build(name, function, hook, config, session), hook.Executor!, cancellationToken);
        // By this clock, and anew for a Job that was adopted: the cluster ends it by its own.
        var end = await _jobs.WaitAsync(job, time.GetUtcNow() + HookTimeout.Of(hook), cancellationToken);
        if (end.Outcome == JobOutcome.Succeeded)
        {
            return null;
        }

        var over = await IsOverAsync(job, cancellationToken);
        return ExecutorEnd.Failure(name, end, over);
    }

    /// <summary>Ends a hook's Job, if there is one that has not ended: what it was to do is not to be done any more.</summary>
    /// <returns>False when a pod of it may still run.</returns>
    public async Task<bool> EndAsync(string name, CancellationToken cancellationToken)
    {
        var job = await client.FindAsync(ResourceTypes.Jobs, settings.Namespace, name, cancellationToken);
        if (job is null || job.ConditionStatus("Complete") == "True")
        {
            return true;
        }

        if (job.ConditionStatus("Failed") != "True")
        {
            await client.DeleteAsync(
                ResourceTypes.Jobs, settings.Namespace, name, new DeleteOptions { Uid = job.Uid(), PropagationPolicy = "Background" }, cancellationToken);
        }

        return await IsOverAsync(job, cancellationToken);
    }

    private async Task<JsonObject> EnsureAsync(JsonObject job, FunctionCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await _jobs.EnsureAsync(job, cancellationToken);
        }
        catch (KubernetesException refused) when (refused.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest)
        {
            throw new RunFailureException(
                new NamedFailure(FailureCodes.FunctionUnusable, $"no Job can be made of Function {call.FunctionName}: {refused.Message}"), refused);
        }
        catch (KubernetesException refused) when (refused.StatusCode is HttpStatusCode.Forbidden)
        {
            throw new RunFailureException(
                new NamedFailure(FailureCodes.ApiRefused, $"the Job of Function {call.FunctionName} may not be made: {refused.Message}"), refused);
        }
    }

    /// <summary>Waits until no pod of the Job runs: a killed one has its own grace period.</summary>
    private async Task<bool> IsOverAsync(JsonObject job, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        for (var attempt = 2; ; attempt++)
        {
            if (!await RunsAsync(job, cancellationToken))
            {
                return true;
            }

            if (time.GetElapsedTime(began) >= settings.Limits.ExecutorEnd)
            {
                log.ExecutorMayRun(job.Name());
                return false;
            }

            await Task.Delay(settings.Limits.PauseBefore(attempt), time, cancellationToken);
        }
    }

    private async Task<bool> RunsAsync(JsonObject job, CancellationToken cancellationToken)
    {
        var options = new ListOptions { LabelSelector = $"batch.kubernetes.io/controller-uid={job.Uid()}" };
        await foreach (var pod in client.ListAsync(ResourceTypes.Pods, settings.Namespace, options, cancellationToken))
        {
            if (pod.Text("status", "phase") is not ("Succeeded" or "Failed"))
            {
                return true;
            }
        }

        return false;
    }
}
