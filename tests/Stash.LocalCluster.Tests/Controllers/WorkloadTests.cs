using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.LocalCluster.Kubelet;
using Stash.LocalCluster.Tests.Kubelet;

namespace Stash.LocalCluster.Tests.Controllers;

public class WorkloadTests
{
    private const string Template = """
        "selector":{"matchLabels":{"app":"a"} },"template":{"metadata":{"labels":{"app":"a"} },"spec":{"terminationGracePeriodSeconds":1,
         "containers":[{"name":"c","image":"x","command":["sleep","1000"],"env":[{"name":"V","value":"1"}]%MOUNT%}]} }
        """;

    [Theory]
    [InlineData("RollingUpdate")]
    [InlineData("Recreate")]
    public async Task Deployment_ReplacesItsPods_WhenTheTemplateChanges(string strategy)
    {
        await using var node = await TestNode.StartAsync();
        await CreateAsync(node, ResourceTypes.Deployments, $$"""
            "replicas":2,"strategy":{"type":"{{strategy}}"},
            """);
        var before = await RolledOutAsync(node, "");

        node.Store.Update(ResourceTypes.Deployments, "default", "w", ChangeTemplate);

        var after = await RolledOutAsync(node, before.Text("metadata", "annotations", "deployment.kubernetes.io/revision")!);
        after.Objects("status", "conditions").Single(one => one.Text("type") == "Progressing").Text("reason").ShouldBe("NewReplicaSetAvailable");
        var pods = await PodsAsync(node, 2);
        pods.ShouldAllBe(pod => Value(pod) == "2");
        node.Store.List(ResourceTypes.ReplicaSets).Select(set => set.Number("spec", "replicas")).Order().ShouldBe([0, 2]);
    }

    [Fact]
    public async Task StatefulSet_MakesNumberedPodsWithClaims_AndReplacesThemFromTheLast()
    {
        await using var node = await TestNode.StartAsync();
        await CreateAsync(node, ResourceTypes.StatefulSets, """
            "replicas":2,"serviceName":"s","volumeClaimTemplates":[{"metadata":{"name":"data"},"spec":{"accessModes":["ReadWriteOnce"]}}],
            """, ""","volumeMounts":[{"name":"data","mountPath":"/data"}]""");
        await node.ObjectAsync(ResourceTypes.StatefulSets, "w", static set => set.Number("status", "readyReplicas") == 2);
        (await PodsAsync(node, 2)).Select(static pod => pod.Name()).Order().ShouldBe(["w-0", "w-1"]);
        await File.WriteAllTextAsync(Path.Join(node.Kubelet.ClaimFolder("default", "data-w-1"), "kept"), "x", TestNode.Cancel);

        node.Store.Update(ResourceTypes.StatefulSets, "default", "w", ChangeTemplate);

        await node.ObjectAsync(ResourceTypes.StatefulSets, "w", static set => set.Number("status", "updatedReplicas") == 2 && set.Number("status", "readyReplicas") == 2
            && set.Number("status", "observedGeneration") == set.Number("metadata", "generation") && set.Text("status", "currentRevision") == set.Text("status", "updateRevision"));
        (await PodsAsync(node, 2)).ShouldAllBe(pod => Value(pod) == "2");
        node.Store.List(NodeObjects.Claims).Select(static claim => claim.Name()).Order().ShouldBe(["data-w-0", "data-w-1"]);
        File.Exists(Path.Join(node.Kubelet.ClaimFolder("default", "data-w-1"), "kept")).ShouldBeTrue();
    }

    [Fact]
    public async Task StatefulSet_LeavesOldPods_WhenTheStrategyIsOnDelete()
    {
        await using var node = await TestNode.StartAsync();
        await CreateAsync(node, ResourceTypes.StatefulSets, """ "replicas":1,"updateStrategy":{"type":"OnDelete"}, """);
        await node.ObjectAsync(ResourceTypes.StatefulSets, "w", static set => set.Number("status", "readyReplicas") == 1);
        node.Store.Update(ResourceTypes.StatefulSets, "default", "w", ChangeTemplate);
        await node.ObjectAsync(ResourceTypes.StatefulSets, "w", static set => set.Number("status", "updatedReplicas") == 0 && set.Number("status", "readyReplicas") == 1);
        Value(node.Store.Get(ResourceTypes.Pods, "default", "w-0")!).ShouldBe("1");

        node.Store.Delete(ResourceTypes.Pods, "default", "w-0");

        await node.ObjectAsync(ResourceTypes.StatefulSets, "w", static set => set.Number("status", "updatedReplicas") == 1 && set.Number("status", "readyReplicas") == 1);
        Value(node.Store.Get(ResourceTypes.Pods, "default", "w-0")!).ShouldBe("2");
    }

    [Fact]
    public async Task DaemonSet_RunsOnePodAndReplacesIt_WhenTheTemplateChanges()
    {
        await using var node = await TestNode.StartAsync();
        await CreateAsync(node, ResourceTypes.DaemonSets, "");
        await node.ObjectAsync(ResourceTypes.DaemonSets, "w", static set => set.Number("status", "numberReady") == 1);

        node.Store.Update(ResourceTypes.DaemonSets, "default", "w", ChangeTemplate);

        await node.ObjectAsync(ResourceTypes.DaemonSets, "w", static set => set.Number("status", "updatedNumberScheduled") == 1 && set.Number("status", "numberReady") == 1
            && set.Number("status", "observedGeneration") == set.Number("metadata", "generation"));
        (await PodsAsync(node, 1)).ShouldAllBe(pod => Value(pod) == "2");
    }

    [Fact]
    public async Task ReplicationController_KeepsItsPods_UntilItIsDeleted()
    {
        await using var node = await TestNode.StartAsync();
        await CreateAsync(node, ResourceTypes.ReplicationControllers, """ "replicas":2, """);
        await node.ObjectAsync(ResourceTypes.ReplicationControllers, "w", static set => set.Number("status", "readyReplicas") == 2);
        var lost = (await PodsAsync(node, 2))[0].Name();

        node.Store.Delete(ResourceTypes.Pods, "default", lost);

        await TestNode.UntilAsync(() => node.Store.Get(ResourceTypes.Pods, "default", lost) is null ? "gone" : null, "end of the pod");
        await node.ObjectAsync(ResourceTypes.ReplicationControllers, "w", static set => set.Number("status", "readyReplicas") == 2);
        node.Store.Delete(ResourceTypes.ReplicationControllers, "default", "w");
        await PodsAsync(node, 0);
    }

    private static async Task<JsonObject> RolledOutAsync(TestNode node, string notRevision) => await node.ObjectAsync(
        ResourceTypes.Deployments, "w", one => one.Number("status", "observedGeneration") == one.Number("metadata", "generation")
            && one.Text("metadata", "annotations", "deployment.kubernetes.io/revision") != notRevision
            && one.Number("status", "updatedReplicas") == 2 && one.Number("status", "availableReplicas") == 2 && one.Number("status", "replicas") == 2);

    private static async Task<IReadOnlyList<JsonObject>> PodsAsync(TestNode node, int count) =>
        await TestNode.UntilAsync(() => node.Store.List(ResourceTypes.Pods) is var pods && pods.Count == count ? pods : null, $"{count} pods");

    private static string? Value(JsonObject pod) => pod.Objects("spec", "containers").Single().Objects("env").Single().Text("value");

    private static void ChangeTemplate(JsonObject body) => body.At("spec", "template").Objects("spec", "containers").Single().Objects("env").Single()["value"] = "2";

    private static Task CreateAsync(TestNode node, ResourceType type, string spec, string mount = "") => node.ObjectAsync(type, $$$"""
        {"metadata":{"name":"w","namespace":"default"},"spec":{ {{{spec}}} {{{Template.Replace("%MOUNT%", mount, StringComparison.Ordinal)}}} } }
        """);
}
