using Stash.Core.Kubernetes;
using Stash.LocalCluster.Kubelet;
using Stash.LocalCluster.Kubelet.Sandbox;
using Stash.LocalCluster.Tests.Kubelet;

namespace Stash.LocalCluster.Tests.Controllers;

public class JobTests
{
    private const string FailOn10 = ""","podFailurePolicy":{"rules":[{"action":"FailJob","onExitCodes":{"operator":"In","values":[10]}},{"action":"Ignore","onExitCodes":{"containerName":"c","operator":"In","values":[11]}}]}""";

    /// <summary>Each run appends a line to /v/runs; <c>$n</c> is its number.</summary>
    [Theory]
    [InlineData("exit 0", "", "Complete", "CompletionsReached", 1, 0, 1)]
    [InlineData("test $n -ge 3", "", "Complete", "CompletionsReached", 1, 2, 3)]
    [InlineData("exit 1", ""","backoffLimit":1""", "Failed", "BackoffLimitExceeded", 0, 2, 2)]
    [InlineData("exit 10", FailOn10, "Failed", "PodFailurePolicy", 0, 1, 1)]
    [InlineData("test $n -ge 3 || exit 11", FailOn10 + ""","backoffLimit":0""", "Complete", "CompletionsReached", 1, 0, 3)]
    [InlineData("exit 0", ""","completions":3,"parallelism":2""", "Complete", "CompletionsReached", 3, 0, 3)]
    public async Task Job_EndsAsItsPodsSay(string script, string spec, string condition, string reason, int succeeded, int failed, int runs)
    {
        await using var node = await TestNode.StartAsync();
        await CreateAsync(node, script, spec);

        var job = await node.ObjectAsync(ResourceTypes.Jobs, "j", one => Has(one, "Complete") || Has(one, "Failed"));

        job.Objects("status", "conditions").Single(one => one.Text("type") is "Complete" or "Failed").Text("type").ShouldBe(condition, job.ToJsonString());
        job.Objects("status", "conditions").Single(one => one.Text("type") == condition).Text("reason").ShouldBe(reason);
        (job.Number("status", "succeeded"), job.Number("status", "failed"), job.Number("status", "active")).ShouldBe((succeeded, failed, 0));
        File.ReadAllLines(Path.Join(node.Kubelet.ClaimFolder("default", "v"), "runs")).Length.ShouldBe(runs);
        foreach (var pod in node.Store.List(ResourceTypes.Pods))
        {
            pod.Text("metadata", "labels", "batch.kubernetes.io/job-name").ShouldBe("j");
        }
    }

    [Fact]
    public async Task Job_MakesAnotherPod_WhenThePodsProcessIsKilled()
    {
        await using var node = await TestNode.StartAsync();
        await CreateAsync(node, "test $n -ge 2 || sleep 1000", "");
        var first = await TestNode.UntilAsync(() => node.Store.List(ResourceTypes.Pods).FirstOrDefault(OwnRuns(node)), "first pod");

        NativeMethods.Signal(node.Kubelet.ContainerProcess("default", first.Name(), "c")!.Value, NativeMethods.Kill);

        var job = await node.ObjectAsync(ResourceTypes.Jobs, "j", one => Has(one, "Complete"));
        job.Number("status", "failed").ShouldBe(1);
        var pods = node.Store.List(ResourceTypes.Pods);
        pods.Count.ShouldBe(2);
        pods.Single(pod => pod.Name() == first.Name()).Objects("status", "containerStatuses").Single().Number("state", "terminated", "exitCode").ShouldBe(137);
    }

    [Fact]
    public async Task Job_Completes_WhenItsNativeSidecarRunsForever()
    {
        await using var node = await TestNode.StartAsync();
        await node.ObjectAsync(ResourceTypes.Jobs, """
            {"metadata":{"name":"j","namespace":"default"},"spec":{"completions":1,"parallelism":1,"template":{"spec":{"restartPolicy":"Never","terminationGracePeriodSeconds":1,
             "initContainers":[{"name":"s","image":"x","restartPolicy":"Always","command":["sleep","1000"]}],"containers":[{"name":"c","image":"x","command":["true"]}]}}}}
            """);

        var job = await node.ObjectAsync(ResourceTypes.Jobs, "j", one => Has(one, "Complete"));

        job.Number("status", "succeeded").ShouldBe(1);
        node.Store.List(ResourceTypes.Pods).Single().Objects("status", "initContainerStatuses").Single().Number("state", "terminated", "exitCode").ShouldBe(137);
    }

    [Fact]
    public async Task Job_FailsAtItsDeadlineAndGoesAfterItsTtl()
    {
        var time = new ManualTime(DateTimeOffset.UnixEpoch.AddYears(50));
        await using var node = await TestNode.StartAsync(options => options with { Time = time });
        await CreateAsync(node, "sleep 1000", ""","activeDeadlineSeconds":60,"ttlSecondsAfterFinished":100""");
        var pod = await TestNode.UntilAsync(() => node.Store.List(ResourceTypes.Pods).FirstOrDefault(OwnRuns(node)), "pod");
        var process = node.Kubelet.ContainerProcess("default", pod.Name(), "c")!.Value;

        time.Advance(TimeSpan.FromSeconds(61));

        var job = await node.ObjectAsync(ResourceTypes.Jobs, "j", one => Has(one, "Failed"));
        job.Objects("status", "conditions").Single(one => one.Text("type") == "Failed").Text("reason").ShouldBe("DeadlineExceeded");
        Directory.Exists($"/proc/{process}").ShouldBeFalse();
        await TestNode.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(101));
                return node.Store.Get(ResourceTypes.Jobs, "default", "j") is null ? "gone" : null;
            },
            "end of the Job");
    }

    [Fact]
    public async Task Job_StartsNoPod_UntilItIsResumed()
    {
        await using var node = await TestNode.StartAsync();
        await CreateAsync(node, "exit 0", ""","suspend":true""");
        await node.ObjectAsync(ResourceTypes.Jobs, "j", one => Has(one, "Suspended"));
        node.Store.List(ResourceTypes.Pods).ShouldBeEmpty();

        node.Store.Update(ResourceTypes.Jobs, "default", "j", static body => body["spec"]!["suspend"] = false);

        await node.ObjectAsync(ResourceTypes.Jobs, "j", one => Has(one, "Complete"));
    }

    private static Func<System.Text.Json.Nodes.JsonObject, bool> OwnRuns(TestNode node) =>
        pod => node.Kubelet.ContainerProcess("default", pod.Name(), "c") is not null && File.Exists(Path.Join(node.Kubelet.ClaimFolder("default", "v"), "runs"));

    private static bool Has(System.Text.Json.Nodes.JsonObject job, string condition) =>
        job.Objects("status", "conditions").Any(one => one.Text("type") == condition && one.Text("status") == "True");

    private static async Task CreateAsync(TestNode node, string script, string spec)
    {
        await node.ObjectAsync(NodeObjects.Claims, """{"metadata":{"name":"v"}}""");
        await node.ObjectAsync(ResourceTypes.Jobs, $$$"""
            {"metadata":{"name":"j","namespace":"default"},"spec":{"template":{"spec":{"restartPolicy":"Never","terminationGracePeriodSeconds":1,
             "volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"v"} }],"containers":[{"name":"c","image":"x","volumeMounts":[{"name":"v","mountPath":"/v"}],
             "command":["sh","-c","echo run >> /v/runs; n=$(wc -l < /v/runs); {{{script}}}"]}]} }{{{(spec.Contains("completions", StringComparison.Ordinal) ? spec : spec + ",\"completions\":1")}}}}}
            """);
    }
}
