using System.Net;
using Stash.Core.Kubernetes;
using static Stash.Contract.Tests.ContractCluster;

namespace Stash.Contract.Tests;

/// <summary>Pods that run to their end, and their logs.</summary>
public sealed class PodContract(ContractCluster cluster)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("echo one; echo two; echo three", "Succeeded", 0)]
    [InlineData("echo one; echo two; echo three; exit 7", "Failed", 7)]
    public async Task Pod_RunsToItsEnd_AndKeepsItsLog(string script, string phase, int exitCode)
    {
        await cluster.RequireNodesAsync(Token);
        var name = Unique("run");
        await TestPod.StartAsync(cluster, name, script);
        await TestPod.PhaseAsync(cluster, name, phase);

        var pod = await cluster.Client.GetAsync(ResourceTypes.Pods, cluster.Namespace, name, Token);
        var whole = await LogAsync(name, new() { Container = "main" });
        var tail = await LogAsync(name, new() { TailLines = 1 });
        var followed = await LogAsync(name, new() { Container = "main", Follow = true });

        pod["status"]!["containerStatuses"]![0]!["state"]!["terminated"]!["exitCode"]!.GetValue<int>().ShouldBe(exitCode);
        whole.ShouldBe("one\ntwo\nthree\n");
        tail.ShouldBe("three\n");
        followed.ShouldBe(whole);
    }

    [Fact]
    public async Task Log_EndsWithTheContainer_WhenItIsFollowed()
    {
        await cluster.RequireNodesAsync(Token);
        var name = Unique("follow");
        await TestPod.StartAsync(cluster, name, "for n in 1 2 3; do echo $n; sleep 0.3; done");
        await Eventually.TrueAsync("the container has begun", async () =>
            (await cluster.Client.GetAsync(ResourceTypes.Pods, cluster.Namespace, name, Token))["status"]?["phase"]?.ToString() is not (null or "Pending"));

        (await LogAsync(name, new() { Follow = true })).ShouldBe("1\n2\n3\n");
    }

    [Theory]
    [InlineData("missing-pod", "main", HttpStatusCode.NotFound)]
    [InlineData(null, "missing-container", HttpStatusCode.BadRequest)]
    public async Task Log_IsRefused_WhenThereIsNone(string? pod, string container, HttpStatusCode code)
    {
        await cluster.RequireNodesAsync(Token);
        var name = pod ?? Unique("refused");
        if (pod is null)
        {
            await TestPod.StartAsync(cluster, name, "exit 0");
            await TestPod.PhaseAsync(cluster, name, "Succeeded");
        }

        var refusal = await Should.ThrowAsync<KubernetesException>(() => LogAsync(name, new() { Container = container }));

        refusal.StatusCode.ShouldBe(code);
        refusal.Message.ShouldContain(pod ?? container);
    }

    private async Task<string> LogAsync(string pod, LogOptions options)
    {
        using var reader = new StreamReader(await cluster.Client.LogAsync(cluster.Namespace, pod, options, Token));
        return await reader.ReadToEndAsync(Token);
    }
}
