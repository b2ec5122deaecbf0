using System.Text.Json.Nodes;
using Stash.Runner.Run;

namespace Stash.Runner.Jobs;

/// <summary>Judges a Job from one look to the next: what lasts too long is its end. No I/O but the clock.</summary>
internal sealed class JobWatch(JsonObject made, DateTimeOffset deadline, TimeProvider time, JobLimits limits)
{
    private readonly string _uid = made.Uid();
    private readonly string _name = made.Name();
    private long _heard = time.GetTimestamp();
    private PodTrouble? _trouble;
    private long _troubledSince;

    /// <summary>Whether the API server has not been silent for too long.</summary>
    public bool MayBeSilent => time.GetElapsedTime(_heard) < limits.ConnectionLoss && time.GetUtcNow() < deadline + limits.AfterDeadline;

    /// <summary>The API server answered.</summary>
    public void Heard() => _heard = time.GetTimestamp();

    /// <summary>The Job's end; null while it is to be waited for.</summary>
    /// <param name="job">The Job now; null where it is gone.</param>
    /// <param name="pods">Its pods.</param>
    public JobEnd? Judge(JsonObject? job, IReadOnlyList<JsonObject> pods)
    {
        if (job is null || job.Uid() != _uid || job.At("metadata", "deletionTimestamp") is not null)
        {
            return new JobEnd(JobOutcome.Deleted, $"Job {_name} was deleted before it ended");
        }

        var pod = PodDiagnosis.Newest(pods);
        var ends = pod is null ? [] : PodDiagnosis.Ends(pod);
        if (job.ConditionStatus("Complete") == "True")
        {
            return new JobEnd(JobOutcome.Succeeded, $"Job {_name} is complete") { Pod = pod?.Name(), Containers = ends };
        }

        if (job.Objects("status", "conditions").FirstOrDefault(c => c.Text("type") == "Failed" && c.Text("status") == "True") is { } failed)
        {
            return Failure(failed, pod, ends);
        }

        var trouble = PodDiagnosis.Trouble(_name, pod, limits);
        if (trouble?.Outcome != _trouble?.Outcome)
        {
            _troubledSince = time.GetTimestamp();
        }

        _trouble = trouble;
        if (trouble?.Patience is { } patience && time.GetElapsedTime(_troubledSince) >= patience)
        {
            return new JobEnd(trouble.Outcome, trouble.Message) { Pod = pod?.Name(), GivenUp = true };
        }

        return time.GetUtcNow() >= deadline + limits.AfterDeadline ? Late(pod, ends) with { GivenUp = true } : null;
    }

    /// <summary>What kept the pod from running is what was seen last: at the deadline the cluster kills the pod, and it is often gone.</summary>
    private JobEnd Late(JsonObject? pod, IReadOnlyList<ContainerEnd> ends)
    {
        var late = $"Job {_name} was not done by {deadline:u}";
        return _trouble is { } trouble
            ? new JobEnd(trouble.Outcome, $"{late}: {trouble.Message}") { Pod = pod?.Name() }
            : new JobEnd(JobOutcome.DeadlineExceeded, late) { Pod = pod?.Name(), Containers = ends };
    }

    private JobEnd Failure(JsonObject condition, JsonObject? pod, IReadOnlyList<ContainerEnd> ends)
    {
        if (condition.Text("reason") == "DeadlineExceeded")
        {
            return Late(pod, ends);
        }

        if (pod is null || pod.At("metadata", "deletionTimestamp") is not null)
        {
            return new JobEnd(JobOutcome.Deleted, $"the pod of Job {_name} was deleted before it ended") { Pod = pod?.Name() };
        }

        var first = ends.FirstOrDefault(e => e.ExitCode != 0);
        var why = first is not null ? $"container {first.Name} ended with exit code {first.ExitCode}{(first.Reason is null or "Error" ? "" : $" ({first.Reason})")}"
            : pod.Text("status", "message") ?? pod.Text("status", "reason") ?? condition.Text("message") ?? "it tells no reason";
        return new JobEnd(JobOutcome.Failed, $"pod {pod.Name()} failed: {why}") { Pod = pod.Name(), Containers = ends };
    }
}
