using System.Globalization;
using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.Injection;

/// <summary>What is to be done about a config's pods that carry no sidecar.</summary>
/// <param name="Condition">For the config's status, without its time; null when the config has no pods.</param>
/// <param name="Replace">The pod to evict now, so that its controller makes another; null for none.</param>
public sealed record MissedPodsVerdict(Condition? Condition, JsonObject? Replace);

/// <summary>
/// Finds pods that were made while the webhook was down, and has each replaced once; pure. A replacement that again has no sidecar is
/// told and left alone, so that nothing is rolled for ever.
/// </summary>
public static class MissedPods
{
    /// <summary>Condition of a config: whether the pods that carry its label carry the sidecar.</summary>
    public const string ConditionType = "StashSidecarInjected";

    private const int MostNamed = 5;

    // These make a pod anew when one is evicted.
    private static readonly string[] Replacing = ["ReplicaSet", "StatefulSet", "DaemonSet", "ReplicationController"];

    /// <summary>Those of the pods that should carry the sidecar and do not.</summary>
    public static IReadOnlyList<JsonObject> Of(IEnumerable<JsonObject> pods) =>
    [
        .. pods.Where(pod => pod.Object("metadata")?["deletionTimestamp"] is null
            && pod.Object("status").Text("phase") is null or "" or "Pending" or "Running"
            && !pod.Object("spec").Objects("initContainers").Concat(pod.Object("spec").Objects("containers"))
                .Any(container => container.Text("name") == SidecarNames.Container)),
    ];

    /// <summary>Judges.</summary>
    /// <param name="pods">Every pod with the config's label.</param>
    /// <param name="live">The live condition of this type; null when there is none.</param>
    /// <param name="webhookServes">Whether the webhook has a ready replica; null when that is not known.</param>
    /// <param name="skip">Why a pod would get no sidecar if it were made now; null when it would get one.</param>
    /// <param name="now">The time.</param>
    public static MissedPodsVerdict Judge(
        IReadOnlyList<JsonObject> pods, Condition? live, bool? webhookServes, Func<JsonObject, string?> skip, DateTimeOffset now)
    {
        var missed = Of(pods);
        if (missed.Count == 0)
        {
            return new(pods.Count == 0 ? null : Says("True", "SidecarInjected", "every pod with this config's label carries the sidecar"), null);
        }

        var names = string.Join(", ", missed.Take(MostNamed).Select(Name)) + (missed.Count > MostNamed ? ", ..." : "");
        if (webhookServes is not true)
        {
            return new(webhookServes is false
                ? Says("Unknown", "WebhookDown", $"without sidecar: {names}; they are replaced once the webhook serves again")
                : Says("Unknown", "WebhookUnknown", $"without sidecar: {names}; whether the webhook serves is not known, recreate them by hand"), null);
        }

        // From when the condition became False the webhook served: what was made after that would be no better the next time.
        var since = live is { Status: "False", LastTransitionTime: { } then } ? then : now;
        var (replaceable, others) = (new List<JsonObject>(), new List<string>());
        foreach (var pod in missed)
        {
            if (skip(pod) is { } reason)
            {
                others.Add($"{Name(pod)}: {reason}");
            }
            else if (!IsReplaced(pod))
            {
                others.Add($"{Name(pod)}: nothing would make it anew, recreate it by hand");
            }
            else if (Created(pod) is { } created && created >= since)
            {
                others.Add($"{Name(pod)} was made while the webhook served and has no sidecar: see the webhook's log, and recreate it");
            }
            else
            {
                replaceable.Add(pod);
            }
        }

        var told = others.Count > 0 ? "; " + string.Join("; ", others.Take(MostNamed)) : "";
        return new(
            Says("False", "PodsWithoutSidecar", replaceable.Count > 0 ? $"without sidecar, replaced one after the other: {names}{told}" : $"without sidecar: {names}{told}"),
            replaceable.OrderBy(Created).ThenBy(Name, StringComparer.Ordinal).FirstOrDefault());
    }

    private static bool IsReplaced(JsonObject pod) => pod.Object("metadata").Objects("ownerReferences")
        .Any(owner => owner.Flag("controller") is true && Replacing.Contains(owner.Text("kind"), StringComparer.Ordinal));

    private static Condition Says(string status, string reason, string message) =>
        new() { Type = ConditionType, Status = status, Reason = reason, Message = message };

    private static string Name(JsonObject pod) => pod.Object("metadata").Text("name") ?? "";

    private static DateTimeOffset? Created(JsonObject pod) =>
        DateTimeOffset.TryParse(pod.Object("metadata").Text("creationTimestamp"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
