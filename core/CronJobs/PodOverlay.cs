using System.Text.Json.Nodes;

namespace Stash.Core.CronJobs;

/// <summary>Lays <c>runtimeSettings.pod</c> over a pod of ours, field by field.</summary>
internal static class PodOverlay
{
    /// <summary>Fields of PodSpec that cannot be taken over: without them the Job is no backup.</summary>
    private static readonly HashSet<string> Reserved = new(StringComparer.Ordinal)
    {
        "containers", "initContainers", "ephemeralContainers", "restartPolicy", "serviceAccount", "automountServiceAccountToken",
        "activeDeadlineSeconds", "serviceAccountAnnotations",
    };

    /// <summary>Takes one field over: volumes are added, objects merged, everything else is replaced.</summary>
    public static void TakeOver(JsonObject spec, string field, JsonNode? value)
    {
        if (value is null || Reserved.Contains(field))
        {
            return;
        }

        if (field == "volumes" && value is JsonArray more)
        {
            foreach (var volume in more)
            {
                spec["volumes"]!.AsArray().Add(volume?.DeepClone());
            }
        }
        else if (value is JsonObject over && spec[field] is JsonObject under)
        {
            Overlay.Merge(under, over);
        }
        else
        {
            spec[field] = value.DeepClone();
        }
    }
}
