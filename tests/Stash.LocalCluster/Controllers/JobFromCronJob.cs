using System.Globalization;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Kubelet;

namespace Stash.LocalCluster.Controllers;

/// <summary>Jobs from a CronJob's template. Pure.</summary>
internal static class JobFromCronJob
{
    /// <summary>The Job of a scheduled time.</summary>
    public static JsonObject Scheduled(JsonObject cronJob, DateTimeOffset at, TimeZoneInfo zone)
    {
        var minutes = (at.ToUnixTimeSeconds() / 60).ToString(CultureInfo.InvariantCulture);
        var job = Make(cronJob, $"{cronJob.Name()}-{minutes}", blocks: true);
        job.Child("metadata").Child("annotations")["batch.kubernetes.io/cronjob-scheduled-timestamp"] =
            TimeZoneInfo.ConvertTime(at, zone).ToString(zone.BaseUtcOffset == TimeSpan.Zero && !zone.SupportsDaylightSavingTime ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
        return job;
    }

    /// <summary>The Job of <c>kubectl create job --from</c>.</summary>
    public static JsonObject Manual(JsonObject cronJob)
    {
        var job = Make(cronJob, $"{cronJob.Name()}-manual-{Guid.NewGuid().ToString("N")[..5]}", blocks: false);
        job.Child("metadata").Child("annotations")["cronjob.kubernetes.io/instantiate"] = "manual";
        return job;
    }

    private static JsonObject Make(JsonObject cronJob, string name, bool blocks)
    {
        var template = cronJob.At("spec", "jobTemplate");
        return new JsonObject
        {
            ["apiVersion"] = "batch/v1",
            ["kind"] = "Job",
            ["metadata"] = new JsonObject
            {
                ["name"] = name,
                ["namespace"] = cronJob.Namespace(),
                ["labels"] = template.At("metadata", "labels")?.DeepClone() ?? new JsonObject(),
                ["annotations"] = template.At("metadata", "annotations")?.DeepClone() ?? new JsonObject(),
                ["ownerReferences"] = new JsonArray(Ownership.Reference(cronJob, blocks)),
            },
            ["spec"] = template.At("spec")?.DeepClone(),
        };
    }
}
