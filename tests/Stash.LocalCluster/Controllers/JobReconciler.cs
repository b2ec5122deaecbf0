using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Kubelet;

namespace Stash.LocalCluster.Controllers;

/// <summary>Job: pods until enough have succeeded or too many have failed.</summary>
internal sealed class JobReconciler(IObjectStore objects, OwnedPods pods, LocalClusterOptions options) : IReconciler
{
    private const int LargestBackOff = 60;
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, JobLedger> _ledgers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public ResourceType Type => ResourceTypes.Jobs;

    /// <inheritdoc/>
    public async Task<TimeSpan?> ReconcileAsync(string ns, string name)
    {
        if (objects.Get(Type, ns, name) is not { } job || OwnedPods.Leaving(job))
        {
            return null;
        }

        if (JobConditions.End(job) is not null)
        {
            return Expire(job);
        }

        var now = options.Time.GetUtcNow();
        var look = new JobLook(job, pods.Of(job), Ledger(job), now);
        if (look.Ending is { } end)
        {
            Finish(look, end, now);
            return null;
        }

        var wait = await RunAsync(look, now);
        WriteStatus(new JobLook(job, pods.Of(job), Ledger(job), now), now);
        var deadline = look.UntilDeadline;
        return wait is null || deadline < wait ? deadline : wait;
    }

    /// <summary>A pod is gone; if it had not ended, it failed.</summary>
    public void Lost(JsonObject pod)
    {
        if (Ownership.Controller(pod) is { } owner
            && objects.Get(Type, pod.Namespace(), owner.Text("name")!) is { } job && job.Uid() == owner.Text("uid"))
        {
            var ledger = Ledger(job);
            lock (ledger)
            {
                ledger.Count(job, pod, options.Time.GetUtcNow());
            }
        }
    }

    private JobLedger Ledger(JsonObject job) => _ledgers.GetOrAdd(job.Uid(), static _ => new JobLedger());

    private TimeSpan? Expire(JsonObject job)
    {
        _ledgers.TryRemove(job.Uid(), out _);
        if (job.Number("spec", "ttlSecondsAfterFinished") is not { } seconds)
        {
            return null;
        }

        var end = JobConditions.Find(job, "Complete") ?? JobConditions.Find(job, "Failed");
        var left = (end.Time("lastTransitionTime") ?? options.Time.GetUtcNow()).AddSeconds(seconds) - options.Time.GetUtcNow();
        if (left > TimeSpan.Zero)
        {
            return left;
        }

        objects.Delete(Type, job.Namespace(), job.Name());
        return null;
    }

    /// <summary>Starts or stops pods; returns how long to hold back after a failure.</summary>
    private async Task<TimeSpan?> RunAsync(JobLook look, DateTimeOffset now)
    {
        if (look.Suspended)
        {
            look.Active.ForEach(pods.Delete);
            return null;
        }

        if (look.Failed > 0 && look.Missing > 0 && look.LastFailure is { } last)
        {
            var delay = options.JobBackOff * Math.Min(LargestBackOff, 1L << Math.Min(look.Failed - 1, 30));
            if (last + delay - now is { Ticks: > 0 } left)
            {
                return left;
            }
        }

        foreach (var surplus in look.Active.Take(-look.Missing))
        {
            pods.Delete(surplus);
        }

        for (var count = 0; count < look.Missing; count++)
        {
            var pod = PodTemplate.Pod(look.Job);
            var labels = pod.Child("metadata").Child("labels");
            foreach (var (label, value) in new[] { ("controller-uid", look.Job.Uid()), ("job-name", look.Job.Name()) })
            {
                labels["batch.kubernetes.io/" + label] = value;
                labels[label] = value;
            }

            await pods.CreateAsync(look.Job, pod);
        }

        return null;
    }

    private void Finish(JobLook look, JobEnd end, DateTimeOffset now)
    {
        look.Active.ForEach(pods.Delete);
        var gone = pods.Of(look.Job).All(static pod => pod.Text("status", "phase") is "Succeeded" or "Failed");
        WriteStatus(new JobLook(look.Job, pods.Of(look.Job), Ledger(look.Job), now), now, status =>
        {
            JobConditions.Set(status, end.Complete ? "SuccessCriteriaMet" : "FailureTarget", true, end.Reason, end.Message, now);
            if (gone)
            {
                JobConditions.Set(status, end.Complete ? "Complete" : "Failed", true, end.Reason, end.Message, now);
                if (end.Complete)
                {
                    status["completionTime"] = now.Stamp();
                }
            }
        });
    }

    private void WriteStatus(JobLook look, DateTimeOffset now, Action<JsonObject>? more = null) =>
        objects.Update(Type, look.Job.Namespace(), look.Job.Name(), body =>
        {
            var status = body.Child("status");
            if (look.Suspended)
            {
                status.Remove("startTime");
                JobConditions.Set(status, "Suspended", true, "JobSuspended", "Job suspended", now);
            }
            else
            {
                status["startTime"] ??= now.Stamp();
                if (JobConditions.Find(body, "Suspended") is not null)
                {
                    JobConditions.Set(status, "Suspended", false, "JobResumed", "Job resumed", now);
                }
            }

            status["active"] = look.Active.Count;
            status["ready"] = look.Active.Count(OwnedPods.Ready);
            status["terminating"] = look.Terminating;
            status["succeeded"] = look.Succeeded;
            status["failed"] = look.Failed;
            status["uncountedTerminatedPods"] = new JsonObject();
            more?.Invoke(status);
        }, "status");
}
