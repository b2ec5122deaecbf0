using System.Text.Json.Nodes;
using Stash.LocalCluster.Kubelet;

namespace Stash.LocalCluster.Controllers;

/// <summary>The conditions of a Job.</summary>
internal static class JobConditions
{
    /// <summary><c>Complete</c> or <c>Failed</c>; null while it runs.</summary>
    public static string? End(JsonObject job) => Find(job, "Complete") is not null ? "Complete" : Find(job, "Failed") is not null ? "Failed" : null;

    /// <summary>A condition that is True.</summary>
    public static JsonObject? Find(JsonObject job, string type) =>
        job.Objects("status", "conditions").FirstOrDefault(one => one.Text("type") == type && one.Text("status") == "True");

    /// <summary>Sets a condition in a status.</summary>
    public static void Set(JsonObject status, string type, bool value, string reason, string message, DateTimeOffset now)
    {
        if (status["conditions"] is not JsonArray all)
        {
            all = [];
            status["conditions"] = all;
        }

        var text = value ? "True" : "False";
        var before = all.OfType<JsonObject>().FirstOrDefault(one => one.Text("type") == type);
        if (before.Text("status") == text)
        {
            return;
        }

        all.Remove(before);
        all.Add(new JsonObject
        {
            ["type"] = type,
            ["status"] = text,
            ["reason"] = reason,
            ["message"] = message,
            ["lastProbeTime"] = now.Stamp(),
            ["lastTransitionTime"] = now.Stamp(),
        });
    }
}
