using System.Text.Json.Nodes;

namespace Stash.LocalCluster.Kubelet.Status;

/// <summary>A pod's status from what its containers do. Pure.</summary>
internal static class PodStatus
{
    /// <summary>The status to write.</summary>
    /// <param name="pod">The pod; its present status gives the conditions' transition times.</param>
    /// <param name="containers">Every container in the spec's order.</param>
    /// <param name="end">The final word; null while the pod lives.</param>
    /// <param name="now">Time of conditions that change.</param>
    public static JsonObject Of(JsonObject pod, IReadOnlyList<ContainerState> containers, PodEnd? end, DateTimeOffset now)
    {
        var init = containers.Where(static one => one.Role != ContainerRole.Main).ToList();
        var main = containers.Where(static one => one.Role == ContainerRole.Main).ToList();
        var phase = end?.Phase ?? Phase(init, main);
        var status = new JsonObject
        {
            ["phase"] = phase,
            ["conditions"] = Conditions(pod, init, main, phase, now),
            ["hostIP"] = PodField.Address,
            ["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = PodField.Address }),
            ["podIP"] = PodField.Address,
            ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = PodField.Address }),
            ["startTime"] = pod.Text("status", "startTime") ?? now.Stamp(),
            ["qosClass"] = pod.Text("status", "qosClass") ?? "BestEffort",
        };
        if (end?.Reason is not null)
        {
            status["reason"] = end.Reason;
            status["message"] = end.Message;
        }

        if (init.Count > 0)
        {
            status["initContainerStatuses"] = new JsonArray([.. init.Select(Container)]);
        }

        status["containerStatuses"] = new JsonArray([.. main.Select(Container)]);
        return status;
    }

    private static string Phase(List<ContainerState> init, List<ContainerState> main) =>
        init.Any(static one => !Initialized(one)) || main.Any(static one => one is { Running: false, Ended: null, Last: null })
            ? "Pending"
            : "Running";

    private static bool Initialized(ContainerState one) =>
        one.Role == ContainerRole.Sidecar ? one.Started || one.Last is not null || one.Ended is not null : one.Ended is { ExitCode: 0 };

    private static JsonArray Conditions(JsonObject pod, List<ContainerState> init, List<ContainerState> main, string phase, DateTimeOffset now)
    {
        var done = phase == "Succeeded";
        var incomplete = init.Where(static one => !Initialized(one)).Select(static one => one.Name).ToList();
        var unready = main.Concat(init.Where(static one => one.Role == ContainerRole.Sidecar))
            .Where(static one => !one.Ready).Select(static one => one.Name).ToList();
        var (reason, message) = done ? ("PodCompleted", null)
            : phase == "Failed" ? ("PodFailed", null)
            : ("ContainersNotReady", $"containers with unready status: [{string.Join(' ', unready)}]");
        var ready = unready.Count == 0 && incomplete.Count == 0 && !done && phase != "Failed";
        return
        [
            Condition(pod, "PodScheduled", true, null, null, now),
            Condition(pod, "Initialized", incomplete.Count == 0, done ? "PodCompleted" : "ContainersNotInitialized",
                done ? null : $"containers with incomplete status: [{string.Join(' ', incomplete)}]", now),
            Condition(pod, "ContainersReady", ready, reason, message, now),
            Condition(pod, "Ready", ready, reason, message, now),
        ];
    }

    /// <summary>A condition that keeps its transition time while its status stays.</summary>
    public static JsonObject Condition(JsonObject body, string type, bool value, string? reason, string? message, DateTimeOffset now)
    {
        var text = value ? "True" : "False";
        var before = body.Objects("status", "conditions").FirstOrDefault(one => one.Text("type") == type);
        var condition = new JsonObject
        {
            ["type"] = type,
            ["status"] = text,
            ["lastProbeTime"] = null,
            ["lastTransitionTime"] = before.Text("status") == text ? before.Text("lastTransitionTime") : now.Stamp(),
        };
        if (reason is not null && (!value || reason == "PodCompleted"))
        {
            condition["reason"] = reason;
        }

        if (message is not null && !value)
        {
            condition["message"] = message;
        }

        return condition;
    }

    private static JsonObject Container(ContainerState one)
    {
        var status = new JsonObject
        {
            ["name"] = one.Name,
            ["state"] = State(one),
            ["lastState"] = one.Last is { } last ? new JsonObject { ["terminated"] = Terminated(last) } : new JsonObject(),
            ["ready"] = one.Role == ContainerRole.Init ? one.Ended is { ExitCode: 0 } : one.Ready,
            ["restartCount"] = one.Restarts,
            ["image"] = one.Spec.Text("image") ?? "",
            ["imageID"] = "local://" + (one.Spec.Text("image") ?? ""),
            ["started"] = one.Started,
        };
        if (one.ContainerId is not null)
        {
            status["containerID"] = one.ContainerId;
        }

        return status;
    }

    private static JsonObject State(ContainerState one)
    {
        if (one.RunningSince is { } since)
        {
            return new JsonObject { ["running"] = new JsonObject { ["startedAt"] = since.Stamp() } };
        }

        if (one.Waiting is null && one.Ended is { } ended)
        {
            return new JsonObject { ["terminated"] = Terminated(ended) };
        }

        var waiting = new JsonObject { ["reason"] = one.Waiting?.Reason ?? "ContainerCreating" };
        if (one.Waiting?.Message is { } message)
        {
            waiting["message"] = message;
        }

        return new JsonObject { ["waiting"] = waiting };
    }

    private static JsonObject Terminated(Termination end)
    {
        var state = new JsonObject
        {
            ["exitCode"] = end.ExitCode,
            ["reason"] = end.Reason,
            ["startedAt"] = end.StartedAt.Stamp(),
            ["finishedAt"] = end.FinishedAt.Stamp(),
            ["containerID"] = end.ContainerId,
        };
        if (end.Message is not null)
        {
            state["message"] = end.Message;
        }

        return state;
    }
}

/// <summary>A pod's last phase.</summary>
/// <param name="Phase">Succeeded or Failed.</param>
/// <param name="Reason">For example DeadlineExceeded; null for the containers' own end.</param>
/// <param name="Message">A sentence.</param>
internal sealed record PodEnd(string Phase, string? Reason = null, string? Message = null);
