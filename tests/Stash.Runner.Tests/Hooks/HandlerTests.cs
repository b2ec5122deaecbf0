using System.Globalization;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.Runner.Run;
using Stash.Runner.Tests.Run;

namespace Stash.Runner.Tests.Hooks;

/// <summary>httpGet, httpPost and tcpSocket of a session's hooks against a real server.</summary>
public sealed class HandlerTests
{
    private const string Fine = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
    private const string Moved = "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A hook, and lines that the request has.</summary>
    [Theory]
    [InlineData("""{"httpGet":{"port":PORT,"path":"/ready?a=b"}}""", "GET /ready?a=b HTTP/1.1|User-Agent: stash-run")]
    [InlineData("""{"httpGet":{"port":"web","path":"/"}}""", "GET / HTTP/1.1")]
    [InlineData("""{"httpGet":{"port":PORT,"host":"localhost","httpHeaders":[{"name":"X-A","value":"b c"},{"name":"Host","value":"db.example"},{"name":"User-Agent","value":"me"}]}}""", "GET / HTTP/1.1|X-A: b c|Host: db.example|User-Agent: me")]
    [InlineData("""{"httpPost":{"port":PORT,"path":"/x","httpHeaders":[{"name":"Content-Type","value":"application/json"}],"body":"{\"text\": {{ toJson .Target.Name }}}"}}""", "POST /x HTTP/1.1|Content-Type: application/json|{\"text\": \"db\"}")]
    [InlineData("""{"httpPost":{"port":PORT,"form":[{"key":"a","values":["1 2","&"]},{"key":"b","values":["ü"]}]}}""", "POST / HTTP/1.1|Content-Type: application/x-www-form-urlencoded|a=1+2&a=%26&b=%C3%BC")]
    [InlineData("""{"httpPost":{"port":PORT}}""", "POST / HTTP/1.1|Content-Length: 0")]
    public async Task Run_AsksAsTheHookSays(string hook, string lines)
    {
        await using var server = new Listener(Fine);

        (await RunAsync(hook, server.Port)).ShouldBeNull();

        var asked = server.Requests.ShouldHaveSingleItem().Split("\r\n");
        foreach (var line in lines.Split('|'))
        {
            asked.ShouldContain(line);
        }
    }

    [Fact]
    public async Task Run_JudgesNoCertificate_AsAKubeletsProbeDoesNot()
    {
        await using var server = new Listener(Fine, tls: true);

        (await RunAsync("""{"httpGet":{"port":PORT,"scheme":"HTTPS"}}""", server.Port)).ShouldBeNull();

        server.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Run_FollowsNoRedirect()
    {
        await using var server = new Listener(Moved);

        (await RunAsync("""{"httpGet":{"port":PORT}}""", server.Port)).ShouldBeNull();

        server.Requests.ShouldHaveSingleItem();
    }

    /// <summary>Neither the path nor a header, which may hold a token, is in what is told.</summary>
    [Theory]
    [InlineData("httpGet", "GET")]
    [InlineData("httpPost", "POST")]
    public async Task Run_TellsTheAnswer_WhenItIsAnError(string handler, string method)
    {
        await using var server = new Listener($"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\nnot\u0007 now: {new string('x', 5000)}");

        var failure = await RunAsync("{\"" + handler + "\":" + """{"port":PORT,"path":"/s3cret","httpHeaders":[{"name":"Authorization","value":"s3cret"}]}}""", server.Port);

        failure.ShouldBe($"HookFailed: {method} 127.0.0.1:{server.Port} answered 503 Service Unavailable: not now: {new string('x', 256 - 10)}");
    }

    [Theory]
    [InlineData("""{"timeout":"300ms","httpGet":{"port":PORT}}""", "GET")]
    [InlineData("""{"timeout":"300ms","httpPost":{"port":PORT,"body":"x"}}""", "POST")]
    public async Task Run_FailsInTime_WhenTheHostNeverAnswers(string hook, string method)
    {
        await using var server = new Listener(answer: null);

        (await RunAsync(hook, server.Port))
            .ShouldBe($"HookTimedOut: {method} 127.0.0.1:{server.Port} did not answer within 300ms; raise the hook's timeout if it needs longer");
    }

    [Theory]
    [InlineData("""{"tcpSocket":{"port":PORT}}""", true, null)]
    [InlineData("""{"tcpSocket":{"port":"web"}}""", true, null)]
    [InlineData("""{"tcpSocket":{"port":PORT}}""", false, "HookFailed: TCP 127.0.0.1:PORT: Connection refused")]
    [InlineData("""{"tcpSocket":{"port":PORT,"host":"no.such.host.invalid"}}""", true, "HookFailed: TCP no.such.host.invalid:PORT: ")]
    [InlineData("""{"httpGet":{"port":PORT}}""", false, "HookFailed: GET 127.0.0.1:PORT: Connection refused")]
    [InlineData("""{"httpGet":{"port":PORT,"httpHeaders":[{"name":"A","value":"b\r\nc"}]}}""", true, "HookFailed: GET 127.0.0.1:PORT: the value of header A has a line break in it")]
    [InlineData("""{"httpPost":{"port":PORT,"httpHeaders":[{"name":"A B","value":"b"}]}}""", true, "HookFailed: POST 127.0.0.1:PORT: A B is no header")]
    public async Task Run_TellsHowItWent_WhenItConnects(string hook, bool listens, string? failure)
    {
        var server = new Listener(Fine);
        var port = server.Port;
        if (!listens)
        {
            await server.DisposeAsync();
        }

        var told = await RunAsync(hook, port);

        if (failure is null)
        {
            told.ShouldBeNull();
        }
        else
        {
            told.ShouldNotBeNull().ShouldStartWith(failure.Replace("PORT", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        }

        if (listens)
        {
            await server.DisposeAsync();
        }
    }

    /// <summary>Runs it as a preBackup hook; null, or the failure as its condition tells it.</summary>
    private static async Task<string?> RunAsync(string hook, int port)
    {
        var scene = new Scene();
        scene.Hook("{\"preBackup\":" + hook.Replace("PORT", port.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal) + "}");
        scene.Edit(ResourceTypes.Pods, "db-0", p =>
        {
            p["status"]!["podIP"] = "127.0.0.1";
            p["spec"]!["containers"]![0]!["ports"] = new JsonArray(new JsonObject { ["name"] = "web", ["containerPort"] = port });
        });
        await scene.RunAsync(stop: Token);
        var condition = scene.HookCondition(SessionConditions.PreBackupHookExecutionSucceeded).ShouldNotBeNull();
        return condition.Status == "True" ? null : $"{condition.Reason}: {condition.Message}";
    }
}
