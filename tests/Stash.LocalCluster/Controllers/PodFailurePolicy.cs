using System.Text.Json.Nodes;
using Stash.LocalCluster.Kubelet;

namespace Stash.LocalCluster.Controllers;

/// <summary>What a Job's podFailurePolicy says of a failed pod. Pure.</summary>
/// <param name="Action">FailJob, Ignore or Count.</param>
/// <param name="Message">The sentence of the FailJob condition.</param>
internal sealed record PodFailurePolicy(string Action, string Message)
{
    /// <summary>The first rule that fits; Count where none does.</summary>
    public static PodFailurePolicy Of(JsonObject job, JsonObject pod)
    {
        var index = 0;
        foreach (var rule in job.Objects("spec", "podFailurePolicy", "rules"))
        {
            var action = rule.Text("action") ?? "Count";
            var about = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"matching {action} rule at index {index}");
            if (rule.At("onExitCodes") is { } codes && Exited(pod, codes) is var (container, code))
            {
                return new PodFailurePolicy(action, string.Create(
                    System.Globalization.CultureInfo.InvariantCulture, $"Container {container} for pod {pod.Namespace()}/{pod.Name()} failed with exit code {code} {about}"));
            }

            if (rule.Objects("onPodConditions").FirstOrDefault(wanted => HasCondition(pod, wanted)) is { } condition)
            {
                return new PodFailurePolicy(action, $"Pod {pod.Namespace()}/{pod.Name()} has condition {condition.Text("type")} {about}");
            }

            index++;
        }

        return new PodFailurePolicy("Count", "");
    }

    private static (string Container, long Code)? Exited(JsonObject pod, JsonNode rule)
    {
        var values = ((rule.At("values") as JsonArray) ?? []).Select(static value => value.Number()).ToHashSet();
        var named = rule.Text("containerName");
        foreach (var status in pod.Objects("status", "containerStatuses").Concat(pod.Objects("status", "initContainerStatuses")))
        {
            if ((named is null || named == status.Text("name"))
                && status.Number("state", "terminated", "exitCode") is { } code && code != 0
                && values.Contains(code) == (rule.Text("operator") == "In"))
            {
                return (status.Text("name")!, code);
            }
        }

        return null;
    }

    private static bool HasCondition(JsonObject pod, JsonObject wanted) => pod.Objects("status", "conditions").Any(
        one => one.Text("type") == wanted.Text("type") && one.Text("status") == (wanted.Text("status") ?? "True"));
}
