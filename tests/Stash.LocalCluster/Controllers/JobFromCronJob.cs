using System.Globalization;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Kubelet;

namespace Stash.LocalCluster.Controllers;

/// <summary>Jobs that a CronJob's schedule makes. Pure.</summary>
internal static class JobFromCronJob
{
    /// <summary>The Job of a scheduled time.</summary>
    public static JsonObject Scheduled(JsonObject cronJob, DateTimeOffset at, TimeZoneInfo zone)
    {
        var minutes = (at.ToUnixTimeSeconds() / 60).ToString(CultureInfo.InvariantCulture);
        var job = Make(cronJob, $"{cronJob.Name()}-{minutes}");
        var local = TimeZoneInfo.ConvertTime(at, zone);
        job.Child("metadata").Child("annotations")["batch.kubernetes.io/cronjob-scheduled-timestamp"] =
            local.ToString(local.Offset == TimeSpan.Zero ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:sszzz", CultureInfo.InvariantCulture);
        return job;
    }

    private static JsonObject Make(JsonObject cronJob, string name)
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
                ["ownerReferences"] = new JsonArray(Ownership.Reference(cronJob)),
            },
            ["spec"] = template.At("spec")?.DeepClone(),
        };
    }
}
