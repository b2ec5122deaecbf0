using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Signals;
using Stash.Runner.Run;
using Stash.Runner.Tests.Hooks;
using Stash.Runner.Tests.Run;

namespace Stash.Runner.Tests.Waking;

/// <summary>A custom sidecar that is woken by a request, against a real server.</summary>
public sealed class HttpWakingTests
{
    private const string ByName = """{"port":"wake","path":"/backup?session=${BACKUP_SESSION}","httpHeaders":[{"name":"X-Host","value":"${HOSTNAME}"}],"body":"{\"mode\":\"${mode}\"}"}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ByName)]
    [InlineData("""{"port":PORT,"path":"/backup?session=${BACKUP_SESSION}","httpHeaders":[{"name":"X-Host","value":"${HOSTNAME}"}],"body":"{\"mode\":\"${mode}\"}"}""")]
    public async Task Run_PostsWithItsVariables_AndRecordsWhatTheAnswerEndsWith(string post)
    {
        await using var server = new Listener($"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nbegins\n{CustomScene.Summary}\n");
        var scene = Scene(post, server.Port);

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        var asked = server.Requests.ShouldHaveSingleItem().Split("\r\n");
        asked[0].ShouldBe($"POST /backup?session={scene.Session().Metadata.Name} HTTP/1.1");
        asked.ShouldContain("X-Host: host-0");
        asked[^1].ShouldBe("""{"mode":"full"}""");
        scene.Host().Snapshots.ShouldHaveSingleItem().Name.ShouldBe("01234567");
    }

    [Theory]
    [InlineData("HTTP/1.1 500 Internal Server Error\r\nConnection: close\r\n\r\ndisk full\n", "Failed: the sidecar answered 500 Internal Server Error (pod db-0, port PORT): disk full")]
    [InlineData("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nConnection: close\r\n\r\n", "Failed: the sidecar answered 302 Found (pod db-0, port PORT)")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\nConnection: close\r\n\r\nhalf", "SidecarConnectionLost: how the backup that pod db-0 was asked for on port PORT ends is not known, and it may still run: ")]
    [InlineData("", "SidecarConnectionLost: ")]
    [InlineData("no HTTP at all\r\n\r\n", "SidecarConnectionLost: ")]
    public async Task Run_FailsByName_WhenTheAnswerIsNoSuccess(string answer, string error)
    {
        await using var server = new Listener(answer);
        var scene = Scene(ByName, server.Port);

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        server.Requests.ShouldHaveSingleItem();
        scene.Host().Error.ShouldNotBeNull().ShouldStartWith(error.Replace("PORT", server.Port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_AsksAgain_UntilTheSidecarTakesConnections()
    {
        var port = FreePort();
        var scene = Scene(ByName, port);
        scene.Limits = scene.Limits with { SidecarSilence = TimeSpan.FromSeconds(60) };
        var run = scene.RunAsync(stop: Token);
        await UntilAsync(() => scene.Log.Any(line => line.Contains("waking it again", StringComparison.Ordinal)));
        using var late = new TcpListener(IPAddress.Loopback, port);
        late.Start();
        using var client = await late.AcceptTcpClientAsync(Token);
        await client.GetStream().ReadExactlyAsync(new byte[20], Token);
        await client.GetStream().WriteAsync("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8.ToArray(), Token);

        (await run).ShouldBe(ExitCodes.Done);
    }

    [Fact]
    public async Task Run_FailsAsUnreachable_WhenNothingListens()
    {
        var scene = Scene(ByName, FreePort());

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        scene.Host().Error.ShouldNotBeNull().ShouldStartWith($"{FailureCodes.SidecarUnreachable}: the sidecar of pod db-0 does not answer: port ");
    }

    [Fact]
    public async Task Run_EndsAtTheDeadline_WhenTheSidecarNeverAnswers()
    {
        await using var server = new Listener(answer: null);
        var scene = Scene(ByName, server.Port);
        scene.Limits = scene.Limits with { AfterDeadline = TimeSpan.FromSeconds(60) };
        scene.Edit(ResourceTypes.BackupConfigurations, "db", c => c["spec"]!["timeOut"] = "500ms");

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        scene.Host().Error.ShouldNotBeNull().ShouldStartWith($"{Outcome.DeadlineExceeded}: the sidecar of pod db-0 was not done by ");
    }

    [Theory]
    [InlineData("""{"port":"wakke"}""", "spec.sidecar.signal.httpPost.port: no container of pod db-0 names a port wakke; did you mean wake?")]
    [InlineData("""{"port":"wake","httpHeaders":[{"name":"A B","value":"c"}]}""", "spec.sidecar.signal.httpPost: A B is no header")]
    public async Task Run_SaysWhatIsWrongWithTheFunction_WhenItCannotBeAsked(string post, string message)
    {
        var scene = Scene(post, FreePort());

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        scene.Host().Error.ShouldBe($"{FailureCodes.FunctionUnusable}: {message}");
    }

    private static Scene Scene(string post, int port)
    {
        var number = port.ToString(CultureInfo.InvariantCulture);
        var scene = new Scene().WithSidecar(
            "{\"image\":\"maria:1\",\"sidecar\":{\"signal\":{\"httpPost\":" + post.Replace("PORT", number, StringComparison.Ordinal) + "}}}", """{"mode":"full"}""");
        scene.Edit(ResourceTypes.Pods, "db-0", p =>
        {
            p["status"]!["podIP"] = "127.0.0.1";
            // As a native sidecar stands in a pod.
            p["spec"]!["containers"]!.AsArray().RemoveAt(1);
            p["spec"]!["initContainers"] = JsonNode.Parse($$"""[{"name":"stash","restartPolicy":"Always","ports":[{"name":"wake","containerPort":{{number}}}]}]""");
        });
        return scene;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
        }
    }
}
