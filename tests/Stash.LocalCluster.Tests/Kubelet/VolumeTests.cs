using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Kubelet;

namespace Stash.LocalCluster.Tests.Kubelet;

public class VolumeTests
{
    [Fact]
    public async Task Run_WaitsWithFailedMount_UntilTheSecretExists()
    {
        await using var node = await TestNode.StartAsync();
        await node.PodAsync("""
            {"restartPolicy":"Never","volumes":[{"name":"v","secret":{"secretName":"s","defaultMode":256,"items":[{"key":"a","path":"deep/b"}]}}],
            "containers":[{"name":"c","image":"x","command":["sh","-c","cat /v/deep/b; stat -L -c %a /v/deep/b; ls /v; touch /v/x || true"],"volumeMounts":[{"name":"v","mountPath":"/v"}]}]}
            """);
        await TestNode.UntilAsync(() => node.Store.List(ResourceTypes.Events).FirstOrDefault(one => one.Text("reason") == "FailedMount"), "event")
            .ContinueWith(static found => found.Result.Text("message").ShouldBe("MountVolume.SetUp failed for volume \"v\" : secret \"s\" not found"), TaskScheduler.Default);
        var waiting = node.Store.Get(ResourceTypes.Pods, "default", "p");
        waiting.Text("status", "phase").ShouldBe("Pending");
        waiting.Objects("status", "containerStatuses").Single().Text("state", "waiting", "reason").ShouldBe("ContainerCreating");

        await node.ObjectAsync(ResourceTypes.Secrets, """{"metadata":{"name":"s"},"data":{"a":"aGVsbG8K"}}""");

        await node.PhaseAsync("Succeeded");
        (await node.LogAsync()).ShouldStartWith("hello\n400\ndeep\n");
    }

    [Fact]
    public async Task Run_ShowsChangesOfSecretsConfigMapsAndLabels_WhenTheyHappen()
    {
        await using var node = await TestNode.StartAsync();
        await node.ObjectAsync(ResourceTypes.ConfigMaps, """{"metadata":{"name":"m"},"data":{"a":"1","gone":"x"}}""");
        await node.ObjectAsync(ResourceTypes.Secrets, """{"metadata":{"name":"s"},"data":{"k":"MQ=="}}""");
        await node.PodAsync("""
            {"terminationGracePeriodSeconds":1,"volumes":[{"name":"v","projected":{"sources":[{"configMap":{"name":"m"}},{"secret":{"name":"s"}},{"secret":{"name":"none","optional":true}},
             {"downwardAPI":{"items":[{"path":"labels","fieldRef":{"fieldPath":"metadata.labels"}}]}},{"serviceAccountToken":{"path":"token"}}]}}],
             "containers":[{"name":"c","image":"x","command":["sleep","1000"],"volumeMounts":[{"name":"v","mountPath":"/v"}]}]}
            """, labels: """{"app":"one"}""");
        await node.PodAsync(pod => pod.Objects("status", "containerStatuses").Any(one => one.Flag("ready")), "ready");
        var token = (await node.ExecAsync("c", null, "cat", "/v/token")).Output;

        node.Store.Update(ResourceTypes.ConfigMaps, "default", "m", static body => body["data"] = new JsonObject { ["a"] = "2" });
        node.Store.Update(ResourceTypes.Secrets, "default", "s", static body => body["data"] = new JsonObject { ["k"] = "Mg==" });
        node.Store.Update(ResourceTypes.Pods, "default", "p", static body => body["metadata"]!["labels"] = new JsonObject { ["app"] = "two" });

        const string Script = "cat /v/a /v/k /v/labels; ls /v | tr '\\n' ' '";
        await TestNode.UntilAsync(async () => (await node.ExecAsync("c", null, "sh", "-c", Script)).Output, "22app=\"two\"a k labels token ");

        (await node.ExecAsync("c", null, "cat", "/v/token")).Output.ShouldBe(token);
    }

    [Fact]
    public async Task Run_KeepsAClaimsFiles_WhenThePodIsReplaced()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "fsGroup takes root");
        await using var node = await TestNode.StartAsync();
        await node.ObjectAsync(NodeObjects.Claims, """{"metadata":{"name":"data"}}""");
        foreach (var name in new[] { "p", "q" })
        {
            await node.PodAsync($$$"""
                {"restartPolicy":"Never","securityContext":{"runAsUser":1001,"fsGroup":2002},"volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"data"} }],
                 "containers":[{"name":"c","image":"x","command":["sh","-c","echo {{{name}}} >> /v/in/file; stat -c '%u %g' /v/in/file"],"volumeMounts":[{"name":"v","mountPath":"/v/in","subPath":"sub"}]}]}
                """, name);
            await node.PhaseAsync("Succeeded", name);
            (await node.LogAsync(name: name)).ShouldBe("1001 2002\n");
            node.Store.Delete(ResourceTypes.Pods, "default", name);
        }

        (await File.ReadAllTextAsync(Path.Join(node.Kubelet.ClaimFolder("default", "data"), "sub", "file"), TestNode.Cancel)).ShouldBe("p\nq\n");
    }

    [Fact]
    public async Task Run_ResolvesTheEnvironment_FromEverySource()
    {
        await using var node = await TestNode.StartAsync();
        await node.ObjectAsync(ResourceTypes.ConfigMaps, """{"metadata":{"name":"m"},"data":{"a":"1"}}""");
        await node.ObjectAsync(ResourceTypes.Secrets, """{"metadata":{"name":"s"},"data":{"k":"c2VjcmV0"}}""");
        await node.PodAsync("""
            {"restartPolicy":"Never","containers":[{"name":"c","image":"x","command":["sh","-c","echo $(X) $Y $Z $M_a $N $L $KUBERNETES_SERVICE_HOST:$KUBERNETES_SERVICE_PORT; env | grep -c '^ABSENT'"],
             "resources":{"limits":{"memory":"128Mi","cpu":"250m"}},"envFrom":[{"prefix":"M_","configMapRef":{"name":"m"}}],
             "env":[{"name":"X","value":"x"},{"name":"Y","valueFrom":{"secretKeyRef":{"name":"s","key":"k"}}},{"name":"Z","valueFrom":{"configMapKeyRef":{"name":"m","key":"a"}}},
              {"name":"ABSENT","valueFrom":{"secretKeyRef":{"name":"none","key":"k","optional":true}}},{"name":"N","valueFrom":{"fieldRef":{"fieldPath":"metadata.name"}}},
              {"name":"L","valueFrom":{"resourceFieldRef":{"resource":"limits.memory","divisor":"1Mi"}}}]}]}
            """);

        await node.PhaseAsync("Failed");

        (await node.LogAsync()).ShouldBe("x secret 1 1 p 128 127.0.0.1:6443\n0\n");
    }
}
