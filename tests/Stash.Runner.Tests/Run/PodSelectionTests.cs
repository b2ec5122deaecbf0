using System.Text.Json.Nodes;
using Stash.Runner.Run;

namespace Stash.Runner.Tests.Run;

public sealed class PodSelectionTests
{
    /// <summary>
    /// Pods as <c>name:state</c> in order of age, where the state is ready, runs (sidecar runs, pod not ready), waits (sidecar does not run),
    /// bare (no sidecar), gone (being deleted) or done (Succeeded); then the hosts, the failures, the failure of all, and whether to wait.
    /// </summary>
    [Theory]
    [InlineData("StatefulSet", 2, "db-0:ready db-1:ready", "host-0=db-0 host-1=db-1", "", null, false)]
    [InlineData("StatefulSet", 2, "db-0:runs db-1:waits", "host-0=db-0", "host-1=SidecarNotRunning", null, true)]
    [InlineData("StatefulSet", 2, "db-0:ready db-1:bare", "host-0=db-0", "host-1=SidecarMissing", null, false)]
    [InlineData("StatefulSet", 3, "db-0:ready", "host-0=db-0", "host-1=NoPods host-2=NoPods", null, true)]
    [InlineData("StatefulSet", 1, "", "", "", "NoPods", true)]
    [InlineData("StatefulSet", 0, "", "", "", "NoPods", false)]
    [InlineData("StatefulSet", 1, "db-0:gone", "", "", "NoPods", true)]
    [InlineData("DaemonSet", 1, "a:ready b:waits", "node-a=a", "node-b=SidecarNotRunning", null, true)]
    [InlineData("Deployment", 3, "a:waits b:ready c:ready", "host-0=b", "", null, false)]
    [InlineData("Deployment", 2, "a:runs b:ready", "host-0=b", "", null, false)]
    [InlineData("Deployment", 2, "a:runs b:bare", "host-0=a", "", null, false)]
    [InlineData("Deployment", 2, "a:bare b:waits", "", "", "SidecarNotRunning", true)]
    [InlineData("Deployment", 1, "a:bare", "", "", "SidecarMissing", false)]
    [InlineData("ReplicationController", 1, "a:done", "", "", "NoPods", true)]
    public void Choose_NamesHostsAndFailures_WhenPodsAre(
        string kind, int replicas, string pods, string hosts, string failures, string? none, bool waiting)
    {
        var workload = new JsonObject
        {
            ["kind"] = kind,
            ["metadata"] = new JsonObject { ["name"] = "db" },
            ["spec"] = new JsonObject { ["replicas"] = replicas },
        };

        var choice = PodSelection.Choose(workload, [.. pods.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Pod)], alias: null);

        string.Join(' ', choice.Hosts.Select(h => $"{h.Name}={h.Pod}")).ShouldBe(hosts);
        string.Join(' ', choice.Failures.Select(f => $"{f.Key}={f.Value.Code}")).ShouldBe(failures);
        choice.None?.Code.ShouldBe(none);
        (choice.None is null).ShouldBe(none is null);
        choice.Waiting.ShouldBe(waiting);
    }

    [Fact]
    public void Choose_SaysHowToMendIt_WhenThePodHasNoSidecar()
    {
        var workload = new JsonObject { ["kind"] = "Deployment", ["metadata"] = new JsonObject { ["name"] = "web" } };

        var choice = PodSelection.Choose(workload, [Pod("web-x:bare", 0)], alias: null);

        choice.None!.Message.ShouldContain("pod web-x");
        choice.None.Message.ShouldContain("kubectl rollout restart deployment web");
    }

    private static JsonObject Pod(string text, int age)
    {
        var (name, state) = (text.Split(':')[0], text.Split(':')[1]);
        var pod = JsonNode.Parse($$"""
            {"metadata":{"name":"{{name}}","creationTimestamp":"2026-01-01T00:00:0{{age}}Z"},"spec":{"nodeName":"node-{{name}}","containers":[{"name":"main"}]},
             "status":{"phase":"{{(state == "done" ? "Succeeded" : "Running")}}","conditions":[{"type":"Ready","status":"{{(state == "ready" ? "True" : "False")}}"}]} }
            """)!.AsObject();
        if (state != "bare")
        {
            pod["spec"]!["initContainers"] = new JsonArray(new JsonObject { ["name"] = "stash", ["restartPolicy"] = "Always" });
        }

        if (state is "ready" or "runs" or "gone" or "done")
        {
            pod["status"]!["initContainerStatuses"] = new JsonArray(
                new JsonObject { ["name"] = "stash", ["state"] = new JsonObject { ["running"] = new JsonObject() } });
        }

        if (state == "gone")
        {
            pod["metadata"]!["deletionTimestamp"] = "2026-01-01T00:01:00Z";
        }

        return pod;
    }
}
