using System.Text.Json.Nodes;
using Stash.Core.Cron;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Kubelet;

namespace Stash.LocalCluster.Controllers;

/// <summary>CronJob: a Job for the latest time that is due, and no more finished ones than wanted.</summary>
internal sealed class CronJobReconciler(IObjectStore objects, TimeProvider time) : IReconciler
{
    private readonly EventRecorder _events = new(objects, time, "cronjob-controller");

    /// <inheritdoc/>
    public ResourceType Type => ResourceTypes.CronJobs;

    /// <inheritdoc/>
    public async Task<TimeSpan?> ReconcileAsync(string ns, string name)
    {
        if (objects.Get(Type, ns, name) is not { } cronJob || OwnedPods.Leaving(cronJob))
        {
            return null;
        }

        cronJob = Account(cronJob);
        if (cronJob.Flag("spec", "suspend") || await ScheduleAsync(cronJob) is not var (schedule, zone))
        {
            return null;
        }

        var now = time.GetUtcNow();
        if (Due(cronJob, schedule, zone, now) is { } due && await MayStartAsync(cronJob))
        {
            await StartAsync(cronJob, due, zone);
        }

        return schedule.Next(now, zone) - now;
    }

    /// <summary>Takes finished Jobs off the list of active ones and removes those beyond the history limits.</summary>
    private JsonObject Account(JsonObject cronJob)
    {
        var jobs = objects.List(ResourceTypes.Jobs, cronJob.Namespace()).Where(job => Ownership.Controls(cronJob, job)).ToList();
        var alive = jobs.Where(static job => JobConditions.End(job) is null).Select(static job => job.Uid()).ToHashSet(StringComparer.Ordinal);
        var lastSuccess = jobs.Where(static job => JobConditions.End(job) == "Complete").Max(static job => job.Time("status", "completionTime"));
        Trim(jobs, "Complete", (int)(cronJob.Number("spec", "successfulJobsHistoryLimit") ?? 3));
        Trim(jobs, "Failed", (int)(cronJob.Number("spec", "failedJobsHistoryLimit") ?? 1));
        return objects.Update(Type, cronJob.Namespace(), cronJob.Name(), body =>
        {
            var status = body.Child("status");
            status["active"] = new JsonArray(
                [.. body.Objects("status", "active").Where(one => alive.Contains(one.Text("uid")!)).Select(static one => one.DeepClone())]);
            if (lastSuccess is { } success)
            {
                status["lastSuccessfulTime"] = success.Stamp();
            }
        }, "status") ?? cronJob;
    }

    private void Trim(List<JsonObject> jobs, string end, int keep)
    {
        foreach (var job in jobs.Where(job => JobConditions.End(job) == end).OrderBy(static job => job.Time("status", "startTime")).SkipLast(keep))
        {
            objects.Delete(ResourceTypes.Jobs, job.Namespace(), job.Name());
        }
    }

    private async Task<(CronSchedule Schedule, TimeZoneInfo Zone)?> ScheduleAsync(JsonObject cronJob)
    {
        if (!CronSchedule.TryParse(cronJob.Text("spec", "schedule") ?? "", "", out var schedule, out var fault))
        {
            await _events.RecordAsync(cronJob, "Warning", "UnparseableSchedule", $"unparseable schedule: {fault}");
            return null;
        }

        var name = cronJob.Text("spec", "timeZone") ?? "UTC";
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone))
        {
            await _events.RecordAsync(cronJob, "Warning", "UnknownTimeZone", $"invalid timeZone: unknown time zone {name}");
            return null;
        }

        return (schedule, zone);
    }

    /// <summary>The latest time that passed since the last Job and is not too long ago; older ones are missed for good.</summary>
    private static DateTimeOffset? Due(JsonObject cronJob, CronSchedule schedule, TimeZoneInfo zone, DateTimeOffset now)
    {
        var since = cronJob.Time("status", "lastScheduleTime") ?? cronJob.Time("metadata", "creationTimestamp") ?? now;
        if (cronJob.Number("spec", "startingDeadlineSeconds") is { } seconds && now.AddSeconds(-seconds) is var earliest && earliest > since)
        {
            since = earliest;
        }

        DateTimeOffset? due = null;
        for (var next = schedule.Next(since, zone); next is not null && next <= now; next = schedule.Next(next.Value, zone))
        {
            due = next;
        }

        return due;
    }

    private async Task<bool> MayStartAsync(JsonObject cronJob)
    {
        var active = cronJob.Objects("status", "active").ToList();
        if (active.Count == 0 || cronJob.Text("spec", "concurrencyPolicy") is null or "Allow")
        {
            return true;
        }

        if (cronJob.Text("spec", "concurrencyPolicy") == "Forbid")
        {
            await _events.RecordAsync(
                cronJob, "Normal", "JobAlreadyActive", "Not starting job because prior execution is running and concurrency policy is Forbid");
            return false;
        }

        active.ForEach(job => objects.Delete(ResourceTypes.Jobs, cronJob.Namespace(), job.Text("name")!));
        return true;
    }

    private async Task StartAsync(JsonObject cronJob, DateTimeOffset due, TimeZoneInfo zone)
    {
        var job = JobFromCronJob.Scheduled(cronJob, due, zone);
        try
        {
            job = await objects.CreateAsync(ResourceTypes.Jobs, job);
            await _events.RecordAsync(cronJob, "Normal", "SuccessfulCreate", $"Created job {job.Name()}");
        }
        catch (KubernetesException exists) when (exists.Reason == "AlreadyExists")
        {
            job = objects.Get(ResourceTypes.Jobs, cronJob.Namespace(), job.Name()) ?? job;
        }

        objects.Update(Type, cronJob.Namespace(), cronJob.Name(), body =>
        {
            var status = body.Child("status");
            status["lastScheduleTime"] = due.Stamp();
            var active = (JsonArray?)status["active"]?.DeepClone() ?? [];
            if (!active.Any(one => one.Text("uid") == job.Uid()))
            {
                active.Add(new JsonObject
                {
                    ["apiVersion"] = "batch/v1", ["kind"] = "Job", ["namespace"] = job.Namespace(), ["name"] = job.Name(), ["uid"] = job.Uid(),
                });
            }

            status["active"] = active;
        }, "status");
    }
}
