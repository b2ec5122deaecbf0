using System.Globalization;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Tables;

/// <summary>The columns between NAME and AGE of the kinds that people look at here.</summary>
internal static class BuiltInColumns
{
    private static readonly Dictionary<string, (string Name, Func<JsonObject, TimeProvider, string> Cell)[]> ByKind = new(StringComparer.Ordinal)
    {
        ["Pod"] = [("Ready", (o, _) => Ready(o)), ("Status", (o, _) => PodStatus(o)), ("Restarts", (o, _) => Restarts(o))],
        ["Namespace"] = [("Status", (o, _) => o.Text("status", "phase"))],
        ["Deployment"] = [("Ready", (o, _) => Of(o, "readyReplicas")), ("Up-to-date", (o, _) => Count(o, "updatedReplicas")), ("Available", (o, _) => Count(o, "availableReplicas"))],
        ["StatefulSet"] = [("Ready", (o, _) => Of(o, "readyReplicas"))],
        ["ReplicaSet"] = [("Desired", (o, _) => (o.Number("spec", "replicas") ?? 0).ToString(CultureInfo.InvariantCulture)), ("Current", (o, _) => Count(o, "replicas")), ("Ready", (o, _) => Count(o, "readyReplicas"))],
        ["DaemonSet"] = [("Desired", (o, _) => Count(o, "desiredNumberScheduled")), ("Current", (o, _) => Count(o, "currentNumberScheduled")), ("Ready", (o, _) => Count(o, "numberReady"))],
        ["Job"] = [("Status", (o, _) => JobStatus(o)), ("Completions", (o, _) => $"{Count(o, "succeeded")}/{o.Number("spec", "completions") ?? 1}"), ("Duration", (o, t) => Ages.Between(o.Find("status", "startTime"), o.Find("status", "completionTime"), t))],
        ["CronJob"] = [("Schedule", (o, _) => o.Text("spec", "schedule")), ("Timezone", (o, _) => o.Text("spec", "timeZone") is { Length: > 0 } zone ? zone : "<none>"), ("Suspend", (o, _) => o.Flag("spec", "suspend") ? "True" : "False"), ("Active", (o, _) => (o.Array("status", "active")?.Count ?? 0).ToString(CultureInfo.InvariantCulture)), ("Last Schedule", (o, t) => o.Find("status", "lastScheduleTime") is { } last ? Ages.Since(last, t) : "<none>")],
        ["Secret"] = [("Type", (o, _) => o.Text("type")), ("Data", (o, _) => (o.Object("data")?.Count ?? 0).ToString(CultureInfo.InvariantCulture))],
        ["ConfigMap"] = [("Data", (o, _) => ((o.Object("data")?.Count ?? 0) + (o.Object("binaryData")?.Count ?? 0)).ToString(CultureInfo.InvariantCulture))],
        ["PersistentVolumeClaim"] = [("Status", (o, _) => o.Text("status", "phase")), ("Volume", (o, _) => o.Text("spec", "volumeName")), ("Capacity", (o, _) => o.Text("status", "capacity", "storage"))],
        ["Service"] = [("Type", (o, _) => o.Text("spec", "type")), ("Cluster-IP", (o, _) => o.Text("spec", "clusterIP") is { Length: > 0 } ip ? ip : "<none>")],
        ["Event"] = [("Last Seen", (o, t) => Ages.Since(o.Find("lastTimestamp") ?? o.Find("eventTime") ?? o.Find("metadata", "creationTimestamp"), t)), ("Type", (o, _) => o.Text("type")), ("Reason", (o, _) => o.Text("reason")), ("Object", (o, _) => $"{o.Text("involvedObject", "kind").ToLowerInvariant()}/{o.Text("involvedObject", "name")}"), ("Message", (o, _) => o.Text("message"))],
        ["Lease"] = [("Holder", (o, _) => o.Text("spec", "holderIdentity"))],
        ["Node"] = [("Status", (o, _) => o.Array("status", "conditions").Objects().Any(c => c.Text("type") == "Ready" && c.Text("status") == "True") ? "Ready" : "NotReady")],
    };

    /// <summary>The columns of a kind.</summary>
    public static (string Name, Func<JsonObject, TimeProvider, string> Cell)[] Of(ResourceDefinition resource) => ByKind.GetValueOrDefault(resource.Type.Kind, []);

    private static string Count(JsonObject body, string field) => (body.Number("status", field) ?? 0).ToString(CultureInfo.InvariantCulture);

    private static string Of(JsonObject body, string field) => $"{Count(body, field)}/{body.Number("spec", "replicas") ?? 0}";

    private static IEnumerable<JsonObject> Statuses(JsonObject pod, string list) => pod.Array("status", list).Objects();

    private static IEnumerable<JsonObject> Sidecars(JsonObject pod)
    {
        var names = pod.Array("spec", "initContainers").Objects().Where(c => c.Text("restartPolicy") == "Always").Select(c => c.Text("name")).ToHashSet(StringComparer.Ordinal);
        return Statuses(pod, "initContainerStatuses").Where(s => names.Contains(s.Text("name")));
    }

    private static string Ready(JsonObject pod)
    {
        var all = (pod.Array("spec", "containers")?.Count ?? 0) + pod.Array("spec", "initContainers").Objects().Count(c => c.Text("restartPolicy") == "Always");
        return $"{Statuses(pod, "containerStatuses").Concat(Sidecars(pod)).Count(s => s.Flag("ready"))}/{all}";
    }

    private static string Restarts(JsonObject pod) =>
        Statuses(pod, "containerStatuses").Concat(Sidecars(pod)).Sum(s => s.Number("restartCount") ?? 0).ToString(CultureInfo.InvariantCulture);

    private static string PodStatus(JsonObject pod)
    {
        if (pod.Find("metadata", "deletionTimestamp") is not null)
        {
            return "Terminating";
        }

        var reason = Statuses(pod, "initContainerStatuses").Concat(Statuses(pod, "containerStatuses"))
            .Select(s => s.Text("state", "waiting", "reason") is { Length: > 0 } waiting ? waiting : s.Text("state", "terminated", "reason"))
            .FirstOrDefault(r => r.Length > 0 && r is not ("Completed" or "PodInitializing" or "ContainerCreating"));
        var phase = pod.Text("status", "phase");
        return reason ?? (phase == "Succeeded" ? "Completed" : phase);
    }

    private static string JobStatus(JsonObject job)
    {
        var conditions = job.Array("status", "conditions").Objects().Where(c => c.Text("status") == "True").Select(c => c.Text("type")).ToArray();
        return conditions.Contains("Complete") ? "Complete" : conditions.Contains("Failed") ? "Failed" : job.Flag("spec", "suspend") ? "Suspended" : "Running";
    }
}
