using Stash.Core.Kubernetes;
using static Stash.Contract.Tests.ContractCluster;

namespace Stash.Contract.Tests;

/// <summary>Many objects: pages and selectors.</summary>
public sealed class ListContract(ContractCluster cluster)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(null)]
    public async Task List_YieldsEachObjectOnce_WhateverThePageSize(int? pageSize)
    {
        var set = await FiveAsync();

        var names = await NamesAsync(new() { LabelSelector = $"set={set}", PageSize = pageSize });

        names.ShouldBe(Enumerable.Range(0, 5).Select(number => $"{set}-{number}"));
    }

    [Theory]
    [InlineData("number=3", "3")]
    [InlineData("number in (1, 4)", "1 4")]
    [InlineData("number notin (1,4)", "0 2 3")]
    [InlineData("number!=2", "0 1 3 4")]
    [InlineData("even", "0 2 4")]
    [InlineData("!even", "1 3")]
    [InlineData("even,number!=0", "2 4")]
    public async Task List_YieldsWhatTheLabelSelectorNames(string selector, string expected)
    {
        var set = await FiveAsync();

        var names = await NamesAsync(new() { LabelSelector = $"set={set},{selector}" });

        names.ShouldBe(expected.Split(' ').Select(number => $"{set}-{number}"));
    }

    [Fact]
    public async Task List_YieldsOneObject_WhenTheFieldSelectorNamesIt()
    {
        var set = await FiveAsync();

        var names = await NamesAsync(new() { FieldSelector = $"metadata.name={set}-2" });

        names.ShouldBe([$"{set}-2"]);
    }

    [Fact]
    public async Task List_SpansNamespacesAndSaysKinds_WhenNoNamespaceIsGiven()
    {
        var set = await FiveAsync();
        var kinds = new List<string>();

        await foreach (var item in cluster.Client.ListAsync(ResourceTypes.ConfigMaps, null, new() { LabelSelector = $"set={set}" }, Token))
        {
            kinds.Add($"{item["apiVersion"]} {item["kind"]}");
        }

        kinds.ShouldBe(Enumerable.Repeat("v1 ConfigMap", 5));
    }

    [Fact]
    public async Task List_IsRefusedWithAStatus_WhenTheSelectorIsNoSelector()
    {
        var refusal = await Should.ThrowAsync<KubernetesException>(() => NamesAsync(new() { LabelSelector = "a in (" }));

        refusal.StatusCode.ShouldBe(System.Net.HttpStatusCode.BadRequest);
        refusal.Reason.ShouldBe("BadRequest");
    }

    private async Task<string> FiveAsync()
    {
        var set = Unique("list");
        for (var number = 0; number < 5; number++)
        {
            List<(string, string)> labels = [("set", set), ("number", $"{number}")];
            if (number % 2 == 0)
            {
                labels.Add(("even", ""));
            }

            await cluster.Client.CreateAsync(ResourceTypes.ConfigMaps, cluster.Namespace, ConfigMap($"{set}-{number}", "1", [.. labels]), null, Token);
        }

        return set;
    }

    private async Task<List<string>> NamesAsync(ListOptions options)
    {
        var names = new List<string>();
        await foreach (var item in cluster.Client.ListAsync(ResourceTypes.ConfigMaps, cluster.Namespace, options, Token))
        {
            names.Add(item["metadata"]!["name"]!.ToString());
        }

        return names;
    }
}
