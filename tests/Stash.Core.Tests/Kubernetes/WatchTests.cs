using System.Net;
using Microsoft.AspNetCore.Http;
using Stash.Core.Kubernetes;
using static Stash.Core.Tests.Kubernetes.ApiServer;

namespace Stash.Core.Tests.Kubernetes;

/// <summary>Watches that break in every way a server knows.</summary>
public sealed class WatchTests
{
    private const string Before = """{"metadata":{"resourceVersion":"10"},"items":[ITEM(kept,1),ITEM(changed,2),ITEM(gone,3),ITEM(remade,4)]}""";
    private const string After = """{"metadata":{"resourceVersion":"20"},"items":[ITEM(kept,1),ITEM(changed,12),ITEM(new,13),{"metadata":{"name":"remade","uid":"other","resourceVersion":"14"}}]}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("status")]
    [InlineData("event")]
    public async Task Watch_ListsAgainAndTellsWhatChanged_WhenItsStateIsTooOld(string how)
    {
        var lists = 0;
        await using var server = await StartAsync(async context =>
        {
            if (context.Request.Query["watch"] != "true")
            {
                await JsonAsync(context, Fill(lists++ == 0 ? Before : After));
            }
            else if (context.Request.Query["resourceVersion"] != "10")
            {
                await HangAsync(context);
            }
            else if (how == "status")
            {
                await RefuseAsync(context, 410, "Expired", "too old resource version");
            }
            else
            {
                await JsonAsync(context, """{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}""" + "\n");
            }
        });
        using var client = server.Client();

        (await TakeAsync(client, 9)).ShouldBe(
        [
            "Added kept 1", "Added changed 2", "Added gone 3", "Added remade 4",
            "Deleted gone 3", "Modified changed 12", "Added new 13", "Deleted remade 4", "Added remade 14",
        ]);
    }

    [Fact]
    public async Task Watch_GoesOnFromTheLastBookmark_WhenTheStreamEndsOrBreaks()
    {
        List<string> versions = [];
        await using var server = await StartAsync(async context =>
        {
            if (context.Request.Query["watch"] != "true")
            {
                await JsonAsync(context, """{"metadata":{"resourceVersion":"10"},"items":[]}""");
                return;
            }

            var version = context.Request.Query["resourceVersion"].ToString();
            versions.Add(version);
            switch (version)
            {
                case "10":
                    await JsonAsync(context, """{"type":"BOOKMARK","object":{"kind":"ConfigMap","metadata":{"resourceVersion":"15"}}}""" + "\n");
                    break;
                case "15":
                    await JsonAsync(context, Fill("""{"type":"ADDED","object":ITEM(a,16)}""" + "\n" + """{"type":"MODI"""));
                    break;
                case "16" when versions.Count == 3:
                    context.Abort();
                    break;
                default:
                    await JsonAsync(context, Fill("""{"type":"DELETED","object":ITEM(a,17)}""" + "\n"));
                    await HangAsync(context);
                    break;
            }
        });
        using var client = server.Client();

        (await TakeAsync(client, 2)).ShouldBe(["Added a 16", "Deleted a 17"]);
        versions.ShouldBe(["10", "15", "16", "16"]);
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public async Task Watch_Throws_WhenItIsRefusedForGood(int code)
    {
        await using var server = await StartAsync(context => context.Request.Query["watch"] == "true"
            ? RefuseAsync(context, code, "Reason", "no")
            : JsonAsync(context, """{"metadata":{"resourceVersion":"10"},"items":[]}"""));
        using var client = server.Client();

        (await Should.ThrowAsync<KubernetesException>(() => TakeAsync(client, 1))).StatusCode.ShouldBe((HttpStatusCode)code);
    }

    [Fact]
    public async Task Watch_Pauses_WhenTheServerEndsEachStreamAtOnce()
    {
        var time = new FakeTime();
        await using var server = await StartAsync(context => JsonAsync(
            context, context.Request.Query["watch"] == "true" ? "" : """{"metadata":{"resourceVersion":"10"},"items":[]}"""));
        using var client = server.Client(options => options with { Time = time });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var events = client.WatchAsync(ResourceTypes.ConfigMaps, null, null, stop.Token).GetAsyncEnumerator(stop.Token);
        var next = events.MoveNextAsync();

        await time.TimerAsync(TimeSpan.FromSeconds(1), Token);
        server.Requests.ShouldBe(2);

        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await next);
        await events.DisposeAsync();
    }

    private static async Task<List<string>> TakeAsync(KubernetesClient client, int count)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(Token);
        deadline.CancelAfter(TimeSpan.FromSeconds(60));
        List<string> events = [];
        await foreach (var (type, item) in client.WatchAsync(ResourceTypes.ConfigMaps, null, null, deadline.Token))
        {
            events.Add($"{type} {item["metadata"]!["name"]} {item["metadata"]!["resourceVersion"]}");
            if (events.Count == count)
            {
                break;
            }
        }

        return events;
    }

    private static async Task HangAsync(HttpContext context)
    {
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static string Fill(string template) => System.Text.RegularExpressions.Regex.Replace(
        template, @"ITEM\((?<name>\w+),(?<version>\d+)\)", """{"metadata":{"name":"${name}","uid":"${name}","resourceVersion":"${version}"}}""",
        System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1));
}
