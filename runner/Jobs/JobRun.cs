using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stash.Core.Kubernetes;
using Stash.Runner.Logging;
using Stash.Runner.Run;

namespace Stash.Runner.Jobs;

/// <summary>Makes a Job of one pod, or adopts the one that an earlier attempt made, and stays with it to its end.</summary>
internal sealed class JobRun(IKubernetesClient client, string ns, TimeProvider time, JobLimits limits, ILogger log)
{
    private const int MostLogBytes = 256 * 1024;

    /// <summary>Slow, so that a short Job's end is seen soon after it: within a quarter of what it took.</summary>
    private const double Growth = 1.25;

    /// <summary>Makes the Job; one of the same name and owner is taken on as it is.</summary>
    /// <param name="job">batch/v1 Job with a name and an owner (the first owner reference) of its own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The Job as the API server has it.</returns>
    /// <exception cref="RunFailureException">The name is taken by a Job of another owner.</exception>
    /// <exception cref="KubernetesException">The API server refuses the Job.</exception>
    public async Task<JsonObject> EnsureAsync(JsonObject job, CancellationToken cancellationToken)
    {
        if (await client.FindAsync(ResourceTypes.Jobs, ns, job.Name(), cancellationToken) is { } there)
        {
            return Adopt(job, there);
        }

        try
        {
            var made = await client.CreateAsync(ResourceTypes.Jobs, ns, job, null, cancellationToken);
            log.JobMade(job.Name());
            return made;
        }
        catch (KubernetesException taken) when (taken.StatusCode == HttpStatusCode.Conflict)
        {
            // Ours, whose answer was lost, or another's.
            return Adopt(job, await client.GetAsync(ResourceTypes.Jobs, ns, job.Name(), cancellationToken));
        }
    }

    /// <summary>Waits for the Job's end. A Job that is given up is deleted, so that nothing of it runs later.</summary>
    /// <param name="job">What <see cref="EnsureAsync"/> gave.</param>
    /// <param name="deadline">When it is given up.</param>
    /// <param name="cancellationToken">Leaves the Job alone: it works on.</param>
    /// <exception cref="KubernetesException">The API server refuses, or could not be reached for <see cref="JobLimits.ConnectionLoss"/>.</exception>
    public async Task<JobEnd> WaitAsync(JsonObject job, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var watch = new JobWatch(job, deadline, time, limits);
        for (var pause = limits.FirstPause; ; pause = pause * Growth < limits.LongestPause ? pause * Growth : limits.LongestPause)
        {
            var look = await LookAsync(job, watch, cancellationToken);
            if (look is not null && watch.Judge(look.Value.Job, look.Value.Pods) is { } end)
            {
                var whole = end with { Log = await TailAsync(end, cancellationToken) };
                if (end.GivenUp)
                {
                    log.JobGivenUp(job.Name(), end.Message);
                    await client.DeleteAsync(ResourceTypes.Jobs, ns, job.Name(), new DeleteOptions { Uid = job.Uid(), PropagationPolicy = "Background" }, cancellationToken);
                }

                return whole;
            }

            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private JsonObject Adopt(JsonObject wanted, JsonObject there)
    {
        var owner = wanted.Objects("metadata", "ownerReferences").First().Text("uid");
        if (there.Objects("metadata", "ownerReferences").All(o => o.Text("uid") != owner))
        {
            throw new RunFailureException(
                FailureCodes.ApiRefused, $"Job {wanted.Name()} exists and was not made by this session; delete or rename it: kubectl delete job {wanted.Name()}");
        }

        log.JobAdopted(wanted.Name());
        return there;
    }

    private async Task<(JsonObject? Job, IReadOnlyList<JsonObject> Pods)?> LookAsync(JsonObject job, JobWatch watch, CancellationToken cancellationToken)
    {
        try
        {
            var now = await client.FindAsync(ResourceTypes.Jobs, ns, job.Name(), cancellationToken);
            var pods = new List<JsonObject>();
            var options = new ListOptions { LabelSelector = $"batch.kubernetes.io/controller-uid={job.Uid()}" };
            await foreach (var pod in client.ListAsync(ResourceTypes.Pods, ns, options, cancellationToken))
            {
                pods.Add(pod);
            }

            watch.Heard();
            return (now, pods);
        }
        catch (KubernetesException unreachable) when (ApiErrors.IsUnreachable(unreachable) && watch.MayBeSilent)
        {
            log.JobNotSeen(job.Name(), unreachable.Message);
            return null;
        }
    }

    /// <summary>A log that cannot be read costs the tail and nothing else.</summary>
    private async Task<string> TailAsync(JobEnd end, CancellationToken cancellationToken)
    {
        if (end is not { Pod: { } pod, Failed: { } failed })
        {
            return "";
        }

        try
        {
            var options = new LogOptions { Container = failed.Name, TailLines = LogTail.Lines };
            await using var stream = await client.LogAsync(ns, pod, options, cancellationToken);
            var buffer = new byte[MostLogBytes];
            var read = await stream.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
            return LogTail.Of(Encoding.UTF8.GetString(buffer, 0, read));
        }
        catch (Exception lost) when (lost is KubernetesException or IOException or HttpRequestException)
        {
            log.JobLogLost(pod, lost.Message);
            return "";
        }
    }
}
