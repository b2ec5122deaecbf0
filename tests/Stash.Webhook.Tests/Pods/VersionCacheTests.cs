using System.Text.Json.Nodes;
using Stash.Webhook.Pods;

namespace Stash.Webhook.Tests.Pods;

public sealed class VersionCacheTests
{
    [Theory]
    [InlineData("""{"metadata":{"uid":"a","resourceVersion":"1"}}""", """{"metadata":{"uid":"a","resourceVersion":"1"}}""", 1)]
    [InlineData("""{"metadata":{"uid":"a","resourceVersion":"1"}}""", """{"metadata":{"uid":"a","resourceVersion":"2"}}""", 2)]
    [InlineData("""{"metadata":{"uid":"a","resourceVersion":"1"}}""", """{"metadata":{"uid":"b","resourceVersion":"1"}}""", 2)]
    [InlineData("""{"metadata":{"uid":"a"}}""", """{"metadata":{"uid":"a"}}""", 2)]
    [InlineData("{}", "{}", 2)]
    public void Get_MakesAgain_WhenUidOrResourceVersionChanged(string first, string second, int made)
    {
        var cache = new VersionCache<string>(capacity: 8);
        var count = 0;

        Get(first).ShouldBe("made 1");
        Get(second).ShouldBe($"made {made}");

        string Get(string json) => cache.Get(JsonNode.Parse(json)!.AsObject(), _ => $"made {++count}");
    }

    [Fact]
    public void Get_Forgets_WhenMoreObjectsThanItsCapacityCame()
    {
        var cache = new VersionCache<string>(capacity: 2);
        var count = 0;
        foreach (var uid in new[] { "a", "b", "c" })
        {
            Get(uid);
        }

        Get("c").ShouldBe("made 3");
        Get("a").ShouldBe("made 4");

        string Get(string uid) => cache.Get(JsonNode.Parse($$$"""{"metadata":{"uid":"{{{uid}}}","resourceVersion":"1"}}""")!.AsObject(), _ => $"made {++count}");
    }
}
