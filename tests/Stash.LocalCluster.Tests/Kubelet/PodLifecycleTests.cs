using Stash.Core.Kubernetes;
using Stash.LocalCluster.Kubelet;

namespace Stash.LocalCluster.Tests.Kubelet;

public class PodLifecycleTests
{
    /// <summary>Serves until SIGTERM, and then says so in the shared folder.</summary>
    private const string Serve = """trap 'echo end-%NAME% >> /shared/order; exit 0' TERM; echo begin-%NAME% >> /shared/order; while :; do sleep 0.05; done""";

    [Theory]
    [InlineData("true", 0, "Succeeded", "Completed")]
    [InlineData("exit 3", 3, "Failed", "Error")]
    [InlineData("kill -9 $(sh -c 'echo $PPID')", 0, "Succeeded", "Completed")] // PID 1 is immune to its own namespace
    [InlineData("cat /none; exit 7", 7, "Failed", "Error")]
    public async Task Run_EndsWithThePhaseOfTheExitCode_WhenRestartPolicyIsNever(string script, int code, string phase, string reason)
    {
        await using var node = await TestNode.StartAsync();
        await node.PodAsync($$$"""{"restartPolicy":"Never","containers":[{"name":"c","image":"any","command":["sh","-c","{{{script}}}"]}]}""");

        var pod = await node.PhaseAsync(phase);

        var end = pod.Objects("status", "containerStatuses").Single().At("state", "terminated");
        end.Number("exitCode").ShouldBe(code);
        end.Text("reason").ShouldBe(reason);
        pod.Text("spec", "nodeName").ShouldBe("local");
        pod.Text("status", "podIP").ShouldBe("127.0.0.1");
    }

    [Fact]
    public async Task Run_FailsWithStartError_WhenTheProgramDoesNotExist()
    {
        await using var node = await TestNode.StartAsync();
        await node.PodAsync("""{"restartPolicy":"Never","containers":[{"name":"c","image":"any","command":["/no/such/program"]}]}""");

        var pod = await node.PhaseAsync("Failed");

        var end = pod.Objects("status", "containerStatuses").Single().At("state", "terminated");
        end.Number("exitCode").ShouldBe(128);
        end.Text("reason").ShouldBe("StartError");
        end.Text("message").ShouldNotBeNull().ShouldContain("/no/such/program");
    }

    [Fact]
    public async Task Run_StartsInOrderAndEndsSidecarsLastInReverse_WhenTheMainContainerEnds()
    {
        await using var node = await TestNode.StartAsync();
        string Script(string name) => Serve.Replace("%NAME%", name, StringComparison.Ordinal);
        var mount = """ "volumeMounts":[{"name":"shared","mountPath":"/shared"}] """;
        await node.PodAsync($$$"""
            {"restartPolicy":"Never","volumes":[{"name":"shared","persistentVolumeClaim":{"claimName":"data"}}],
             "initContainers":[
              {"name":"first","image":"x","command":["sh","-c","echo first >> /shared/order"],{{{mount}}}},
              {"name":"s1","image":"x","restartPolicy":"Always","command":["sh","-c","{{{Script("s1")}}}"],{{{mount}}},
               "startupProbe":{"periodSeconds":1,"failureThreshold":60,"exec":{"command":["sh","-c","test -e /shared/order && grep -q begin-s1 /shared/order"]} }},
              {"name":"s2","image":"x","restartPolicy":"Always","command":["sh","-c","{{{Script("s2")}}}"],{{{mount}}},
               "startupProbe":{"periodSeconds":1,"failureThreshold":60,"exec":{"command":["grep","-q","begin-s2","/shared/order"]} }}],
             "containers":[{"name":"c","image":"x","command":["sh","-c","echo main >> /shared/order"],{{{mount}}}}]}
            """);
        await node.ObjectAsync(NodeObjects.Claims, """{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"],"resources":{"requests":{"storage":"1Gi"}}}}""");

        var pod = await node.PhaseAsync("Succeeded");

        (await File.ReadAllLinesAsync(Path.Join(node.Kubelet.ClaimFolder("default", "data"), "order"), TestNode.Cancel))
            .ShouldBe(["first", "begin-s1", "begin-s2", "main", "end-s2", "end-s1"]);
        pod.Objects("status", "initContainerStatuses").Select(one => one.Number("state", "terminated", "exitCode")).ShouldBe([0, 0, 0]);
        node.Store.Get(NodeObjects.Claims, "default", "data").Text("status", "phase").ShouldBe("Bound");
    }

    [Fact]
    public async Task Run_HoldsTheMainContainerBack_UntilTheSidecarsStartupProbePasses()
    {
        await using var node = await TestNode.StartAsync();
        await node.PodAsync("""
            {"terminationGracePeriodSeconds":1,"volumes":[{"name":"gate","emptyDir":{}}],
             "initContainers":[{"name":"s","image":"x","restartPolicy":"Always","command":["sleep","1000"],"volumeMounts":[{"name":"gate","mountPath":"/gate"}],
               "startupProbe":{"periodSeconds":1,"failureThreshold":100,"exec":{"command":["test","-e","/gate/open"]}}}],
             "containers":[{"name":"c","image":"x","command":["sleep","1000"]}]}
            """);
        var waiting = await node.PodAsync(pod => pod.Objects("status", "initContainerStatuses").Any(one => one.At("state", "running") is not null), "sidecar runs");
        waiting.Objects("status", "containerStatuses").Single().Text("state", "waiting", "reason").ShouldBe("PodInitializing");
        waiting.Text("status", "phase").ShouldBe("Pending");
        node.Kubelet.ContainerProcess("default", "p", "c").ShouldBeNull();

        (await node.ExecAsync("s", null, "touch", "/gate/open")).Code.ShouldBe(0);

        var pod = await node.PodAsync(pod => pod.Objects("status", "conditions").Any(one => one.Text("type") == "Ready" && one.Text("status") == "True"), "ready");
        pod.Text("status", "phase").ShouldBe("Running");
    }

    [Theory]
    [InlineData("trap 'exit 5' TERM; touch /tmp/up; while :; do sleep 0.05; done", 5)]
    [InlineData("trap '' TERM; touch /tmp/up; while :; do sleep 0.05; done", 137)]
    public async Task Delete_SendsSigtermThenSigkill_WithinTheGracePeriod(string script, int code)
    {
        await using var node = await TestNode.StartAsync();
        await node.PodAsync($$$"""
            {"terminationGracePeriodSeconds":2,"containers":[{"name":"c","image":"x","command":["sh","-c","{{{script}}}"],
            "startupProbe":{"periodSeconds":1,"failureThreshold":60,"exec":{"command":["test","-e","/tmp/up"]} }}]}
            """);
        await node.PodAsync(pod => pod.Objects("status", "containerStatuses").Any(one => one.Flag("ready")), "ready");
        var process = node.Kubelet.ContainerProcess("default", "p", "c").ShouldNotBeNull();
        var end = new TaskCompletionSource<long?>();
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(TestNode.Cancel);
        var watch = Task.Run(
            async () =>
            {
                await foreach (var change in node.Store.WatchAsync(ResourceTypes.Pods, watching.Token))
                {
                    if (change.Object.Objects("status", "containerStatuses").FirstOrDefault().Number("state", "terminated", "exitCode") is { } exit)
                    {
                        end.TrySetResult(exit);
                        return;
                    }
                }
            },
            TestNode.Cancel);

        node.Store.Delete(ResourceTypes.Pods, "default", "p");

        (await end.Task.WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, TestNode.Cancel)).ShouldBe(code);
        await node.GoneAsync();
        await watch;
        Directory.Exists($"/proc/{process}").ShouldBeFalse();
    }

    [Fact]
    public async Task Run_BacksOffAndKeepsThePreviousLog_WhenTheContainerKeepsCrashing()
    {
        await using var node = await TestNode.StartAsync(options => options with { RestartBackOff = TimeSpan.FromSeconds(1) });
        await node.PodAsync("""{"containers":[{"name":"c","image":"x","command":["sh","-c","echo $(hostname) crashed; exit 4"]}]}""");

        var pod = await node.PodAsync(
            pod => pod.Objects("status", "containerStatuses").Any(one => one.Text("state", "waiting", "reason") == "CrashLoopBackOff" && one.Number("restartCount") >= 1), "back-off");

        var status = pod.Objects("status", "containerStatuses").Single();
        status.Number("lastState", "terminated", "exitCode").ShouldBe(4);
        pod.Text("status", "phase").ShouldBe("Running");
        (await node.LogAsync(options: new PodLogOptions(Previous: true))).ShouldBe("p crashed\n");
        node.Store.List(ResourceTypes.Events).Select(static one => one.Text("reason")).ShouldContain("BackOff");
    }

    [Fact]
    public async Task Run_RestartsTheContainer_WhenTheLivenessProbeFails()
    {
        await using var node = await TestNode.StartAsync();
        await node.PodAsync("""
            {"terminationGracePeriodSeconds":1,"volumes":[{"name":"v","emptyDir":{}}],"containers":[{"name":"c","image":"x",
            "command":["sh","-c","echo up >> /v/starts; while :; do sleep 0.05; done"],"volumeMounts":[{"name":"v","mountPath":"/v"}],
            "livenessProbe":{"periodSeconds":1,"failureThreshold":1,"exec":{"command":["sh","-c","test $(wc -l < /v/starts) -ge 2"]}}}]}
            """);

        var pod = await node.PodAsync(pod => pod.Objects("status", "containerStatuses").Any(one => one.Number("restartCount") == 1 && one.Flag("ready")), "restart");

        pod.Objects("status", "containerStatuses").Single().Number("lastState", "terminated", "exitCode").ShouldBe(137);
        node.Store.List(ResourceTypes.Events).Select(static one => one.Text("reason")).ShouldContain("Unhealthy");
    }

    [Fact]
    public async Task Dispose_LeavesNoProcess_WhenPodsIgnoreSigterm()
    {
        var node = await TestNode.StartAsync();
        await node.PodAsync("""{"containers":[{"name":"c","image":"x","command":["sh","-c","trap '' TERM; sleep 1000 & sleep 1000"]}]}""");
        var process = (int)await TestNode.UntilAsync(() => (object?)node.Kubelet.ContainerProcess("default", "p", "c"), "process");
        await TestNode.UntilAsync(() => File.ReadAllText($"/proc/{process}/task/{process}/children").Trim().Contains(' ', StringComparison.Ordinal) ? "children" : null, "children");
        var children = (await File.ReadAllTextAsync($"/proc/{process}/task/{process}/children", TestNode.Cancel)).Trim().Split(' ');

        await node.DisposeAsync();

        children.Append($"{process}").Where(id => Directory.Exists($"/proc/{id}")).ShouldBeEmpty();
    }
}
