using System.Text.Json.Nodes;
using Stash.Runner.Run;

namespace Stash.Runner.Jobs;

/// <summary>What keeps a pod from running.</summary>
/// <param name="Outcome">What it ends as when it does not pass.</param>
/// <param name="Message">A sentence for people.</param>
/// <param name="Patience">How long it may last; null: until the deadline.</param>
internal sealed record PodTrouble(JobOutcome Outcome, string Message, TimeSpan? Patience);

/// <summary>Reads from a Job's pods why it does not get on, and how its containers ended; pure.</summary>
internal static class PodDiagnosis
{
    /// <summary>Reasons that the kubelet gives a container that waits for its image, and whether waiting may help.</summary>
    private static readonly Dictionary<string, bool> ImageReasons = new(StringComparer.Ordinal)
    {
        ["ErrImagePull"] = true, ["ImagePullBackOff"] = true, ["RegistryUnavailable"] = true, ["ImageInspectError"] = true,
        ["ErrImageNeverPull"] = false, ["InvalidImageName"] = false,
    };

    private static readonly string[] CreationReasons =
        ["CreateContainerConfigError", "CreateContainerError", "RunContainerError", "PreCreateHookError", "PreStartHookError"];

    /// <summary>The pod that tells most: the newest.</summary>
    public static JsonObject? Newest(IReadOnlyList<JsonObject> pods) =>
        pods.OrderBy(p => p.Time("metadata", "creationTimestamp")).ThenBy(p => p.Name(), StringComparer.Ordinal).LastOrDefault();

    /// <summary>What keeps the Job from getting on; null when nothing does.</summary>
    /// <param name="job">Name of the Job.</param>
    /// <param name="pod">Its pod; null where there is none.</param>
    /// <param name="limits">How long each kind of trouble may last.</param>
    public static PodTrouble? Trouble(string job, JsonObject? pod, JobLimits limits)
    {
        if (pod is null)
        {
            return new PodTrouble(JobOutcome.NotCreated, $"Job {job} has no pod; see: kubectl describe job {job}", limits.Creation);
        }

        var see = $"see: kubectl describe pod {pod.Name()}";
        if (pod.Objects("status", "conditions").FirstOrDefault(c => c.Text("type") == "PodScheduled") is { } scheduled && scheduled.Text("status") == "False")
        {
            return new PodTrouble(
                JobOutcome.Unschedulable, $"no node takes pod {pod.Name()}: {scheduled.Text("message") ?? scheduled.Text("reason")}; {see}", limits.Unschedulable);
        }

        foreach (var status in Statuses(pod))
        {
            var (name, reason, message) = (status.Text("name"), status.Text("state", "waiting", "reason"), status.Text("state", "waiting", "message"));
            if (reason is not null && ImageReasons.TryGetValue(reason, out var mayPass))
            {
                return new PodTrouble(
                    JobOutcome.ImagePull, $"the image of container {name} in pod {pod.Name()} cannot be had: {reason}: {message ?? status.Text("image")}",
                    mayPass ? limits.ImagePull : TimeSpan.Zero);
            }

            if (reason is not null && CreationReasons.Contains(reason, StringComparer.Ordinal))
            {
                return new PodTrouble(
                    JobOutcome.NotCreated, $"container {name} of pod {pod.Name()} cannot be made: {reason}: {message}; {see}", limits.Creation);
            }
        }

        return pod.Text("status", "phase") == "Pending" && Ends(pod).Count == 0 && !Statuses(pod).Any(s => s.At("state", "running") is not null)
            ? new PodTrouble(JobOutcome.DeadlineExceeded, $"pod {pod.Name()} did not begin; {see}", Patience: null)
            : null;
    }

    /// <summary>The containers that ended, init containers first.</summary>
    public static IReadOnlyList<ContainerEnd> Ends(JsonObject pod) =>
    [
        .. from status in Statuses(pod)
           let ended = status.At("state", "terminated")
           where ended is not null
           select new ContainerEnd(
               status.Text("name") ?? "", (int)(ended.Number("exitCode") ?? 0), ended.Text("reason"), ended.Text("message")),
    ];

    private static IEnumerable<JsonObject> Statuses(JsonObject pod) =>
        pod.Objects("status", "initContainerStatuses").Concat(pod.Objects("status", "containerStatuses"));
}
