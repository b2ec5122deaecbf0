using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using static Stash.Contract.Tests.ContractCluster;

namespace Stash.Contract.Tests;

/// <summary>Changes as they happen.</summary>
public sealed class WatchContract(ContractCluster cluster)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_TellsWhatIsThereAndEachChange_InOrder()
    {
        var set = Unique("watch");
        await CreateAsync($"{set}-a", set);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        var events = cluster.Client.WatchAsync(ResourceTypes.ConfigMaps, cluster.Namespace, new() { LabelSelector = $"set={set}" }, deadline.Token)
            .GetAsyncEnumerator(deadline.Token);

        (await NextAsync(events)).ShouldBe($"Added {set}-a 1");
        await CreateAsync($"{set}-b", set);
        (await NextAsync(events)).ShouldBe($"Added {set}-b 1");
        await PatchAsync($"{set}-a", """{"data":{"key":"2"}}""");
        (await NextAsync(events)).ShouldBe($"Modified {set}-a 2");
        await cluster.Client.DeleteAsync(ResourceTypes.ConfigMaps, cluster.Namespace, $"{set}-b", null, Token);
        (await NextAsync(events)).ShouldBe($"Deleted {set}-b 1");
        await PatchAsync($"{set}-a", """{"metadata":{"labels":{"set":null}}}""");
        (await NextAsync(events)).ShouldStartWith($"Deleted {set}-a");

        await events.DisposeAsync();
    }

    [Fact]
    public async Task Watch_TellsOneObject_WhenAFieldSelectorNamesIt()
    {
        var set = Unique("one");
        await CreateAsync($"{set}-a", set);
        await CreateAsync($"{set}-b", set);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        var events = cluster.Client
            .WatchAsync(ResourceTypes.ConfigMaps, cluster.Namespace, new() { FieldSelector = $"metadata.name={set}-b" }, deadline.Token)
            .GetAsyncEnumerator(deadline.Token);

        (await NextAsync(events)).ShouldBe($"Added {set}-b 1");
        await PatchAsync($"{set}-a", """{"data":{"key":"2"}}""");
        await PatchAsync($"{set}-b", """{"data":{"key":"3"}}""");
        (await NextAsync(events)).ShouldBe($"Modified {set}-b 3");

        await events.DisposeAsync();
    }

    [Fact]
    public async Task Watch_Ends_WhenItIsCancelled()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var events = cluster.Client
            .WatchAsync(ResourceTypes.ConfigMaps, cluster.Namespace, new() { LabelSelector = "set=none" }, stop.Token).GetAsyncEnumerator(stop.Token);
        var next = events.MoveNextAsync();

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(async () => await next);
        await events.DisposeAsync();
    }

    private static async Task<string> NextAsync(IAsyncEnumerator<WatchEvent> events)
    {
        (await events.MoveNextAsync()).ShouldBeTrue();
        var (type, item) = events.Current;
        return $"{type} {item["metadata"]!["name"]} {item["data"]!["key"]}";
    }

    private Task CreateAsync(string name, string set) =>
        cluster.Client.CreateAsync(ResourceTypes.ConfigMaps, cluster.Namespace, ConfigMap(name, "1", ("set", set)), null, Token);

    private Task PatchAsync(string name, string patch) =>
        cluster.Client.MergePatchAsync(ResourceTypes.ConfigMaps, cluster.Namespace, name, JsonNode.Parse(patch)!.AsObject(), null, Token);
}
