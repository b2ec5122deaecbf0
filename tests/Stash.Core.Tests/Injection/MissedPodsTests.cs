using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Injection;

namespace Stash.Core.Tests.Injection;

public sealed class MissedPodsTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    /// <summary>Circumstance, pods, live status and its age in minutes, whether the webhook serves, why a pod is skipped; expected status, part of the message, replaced pod.</summary>
    public static TheoryData<string, string, string?, bool?, string?, string?, string, string?> Cases() => new()
    {
        { "no pods", "[]", null, true, null, null, "", null },
        { "all have it", $"[{Pod("a", sidecar: "initContainers")}, {Pod("b", sidecar: "containers")}]", "False", true, null, "True", "every pod", null },
        { "webhook is down", $"[{Pod("a")}]", null, false, null, "Unknown", "without sidecar: a; they are replaced once", null },
        { "webhook is not known", $"[{Pod("a")}]", null, null, null, "Unknown", "recreate them by hand", null },
        { "webhook is back", $"[{Pod("b", created: "11:40")}, {Pod("a", created: "11:30")}]", "Unknown", true, null, "False", "replaced one after the other: b, a", "a" },
        { "one was replaced", $"[{Pod("b", created: "11:40")}, {Pod("a", sidecar: "initContainers")}]", "False", true, null, "False", "replaced one after the other: b", "b" },
        { "a replacement has none again", $"[{Pod("a", created: "11:55")}]", "False", true, null, "False", "a was made while the webhook served", null },
        { "it would be skipped again", $"[{Pod("a")}]", null, true, "the volume is missing", "False", "a: the volume is missing", null },
        { "nothing makes it anew", $"[{Pod("a", owner: "Job")}, {Pod("b", owner: null)}]", null, true, null, "False", "a: nothing would make it anew", null },
        { "it is going", $"[{Pod("a", phase: "Succeeded")}, {Pod("b", deleted: true)}]", null, true, null, "True", "every pod", null },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Judge_ReplacesAPodOnce_WhenItWasMadeWithoutSidecar(
        string circumstance, string pods, string? live, bool? serves, string? skip, string? status, string message, string? replaced)
    {
        JsonObject[] given = [.. JsonNode.Parse(pods)!.AsArray().Select(pod => pod!.AsObject())];
        var before = live is null ? null : new Condition { Type = MissedPods.ConditionType, Status = live, LastTransitionTime = Now.AddMinutes(-10) };

        var verdict = MissedPods.Judge(given, before, serves, _ => skip, Now);

        verdict.Condition?.Status.ShouldBe(status, circumstance);
        (verdict.Condition is null).ShouldBe(status is null, circumstance);
        (verdict.Condition?.Message ?? "").ShouldContain(message, Case.Sensitive, circumstance);
        ((string?)verdict.Replace?["metadata"]?["name"]).ShouldBe(replaced, circumstance);
    }

    private static string Pod(
        string name, string created = "11:00", string? sidecar = null, string? owner = "StatefulSet", string phase = "Running", bool deleted = false)
    {
        var pod = JsonNode.Parse($$$"""
            {"metadata": {"name": "{{{name}}}", "creationTimestamp": "2026-11-21T{{{created}}}:00Z"},
             "spec": {"initContainers": [], "containers": [{"name": "app"}]}, "status": {"phase": "{{{phase}}}"}}
            """)!;
        if (sidecar is not null)
        {
            pod["spec"]![sidecar]!.AsArray().Add((JsonNode)new JsonObject { ["name"] = "stash" });
        }

        if (owner is not null)
        {
            pod["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject { ["kind"] = owner, ["controller"] = true });
        }

        if (deleted)
        {
            pod["metadata"]!["deletionTimestamp"] = "2026-11-21T12:00:00Z";
        }

        return pod.ToJsonString();
    }
}
