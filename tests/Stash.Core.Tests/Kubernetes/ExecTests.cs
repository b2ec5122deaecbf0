using System.Net;
using System.Net.WebSockets;
using System.Text;
using Stash.Core.Kubernetes;
using static Stash.Core.Tests.Kubernetes.ApiServer;

namespace Stash.Core.Tests.Kubernetes;

/// <summary>The exec protocol against a server that keeps to it, and servers that do not.</summary>
public sealed class ExecTests
{
    private const string Success = "\u0003{\"status\":\"Success\"}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>What the server sends (messages by |, a fragmented one by +) and what becomes of it.</summary>
    [Theory]
    [InlineData("|\u0001a|\u0002e|\u0001b|" + Success, "0 ab e")]
    [InlineData("\u0001a+b+c|" + Success, "0 abc ")]
    [InlineData("\u0001|" + Success, "0  ")]
    [InlineData(Success + "|\u0001late", "0 late ")]
    [InlineData("\u00ff\u0001|\u0004x|" + Success, "0  ")]
    [InlineData("\u0003{\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{\"reason\":\"ExitCode\",\"message\":\"42\"}]}}", "42  ")]
    [InlineData("\u0003{\"status\":\"Fail+ure\",\"reason\":\"NonZeroExitCode\",\"details\":{\"causes\":[{\"reason\":\"ExitCode\",\"message\":\"7\"}]}}", "7  ")]
    [InlineData("\u0003{\"status\":\"Failure\",\"reason\":\"NonZeroExitCode\"}", "lost: the status that ends the exec says NonZeroExitCode without an exit code")]
    [InlineData("\u0003{\"status\":\"Failure\",\"reason\":\"InternalError\",\"message\":\"no runtime\",\"code\":500}", "500: no runtime")]
    [InlineData("\u0003{\"status\":", "lost: the status that ends the exec is not JSON")]
    [InlineData("\u0001a", "lost: exec: the server closed the connection without a status")]
    [InlineData("", "lost: exec: the server closed the connection without a status")]
    public async Task Exec_Ends_AsTheStatusSays(string script, string expected)
    {
        await using var server = await ServeAsync(ExecProtocol.V5, async socket =>
        {
            foreach (var message in script.Split('|'))
            {
                var parts = message.Split('+');
                for (var index = 0; index < parts.Length; index++)
                {
                    await socket.SendAsync(Encoding.Latin1.GetBytes(parts[index]), WebSocketMessageType.Binary, index == parts.Length - 1, Token);
                }
            }

            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Token);
        });
        using var client = server.Client();

        (await OutcomeAsync(client)).ShouldStartWith(expected);
    }

    [Theory]
    [InlineData(ExecProtocol.V5, true)]
    [InlineData(ExecProtocol.V4, false)]
    public async Task Exec_SendsItsInputWhole_AndClosesItWhereTheProtocolCan(string protocol, bool closes)
    {
        var input = new byte[100_000];
        new Random(1).NextBytes(input);
        var received = new MemoryStream();
        var closed = false;
        await using var server = await ServeAsync(protocol, async socket =>
        {
            var buffer = new byte[200_000];
            while (received.Length < input.Length || (closes && !closed))
            {
                var frame = await socket.ReceiveAsync(buffer.AsMemory(), Token);
                closed |= buffer[0] == 255 && frame.Count == 2 && buffer[1] == 0;
                if (buffer[0] == 0)
                {
                    received.Write(buffer, 1, frame.Count - 1);
                }
            }

            await socket.SendAsync(Encoding.Latin1.GetBytes(Success), WebSocketMessageType.Binary, endOfMessage: true, Token);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, Token);
        });
        using var client = server.Client();

        var result = await client.ExecAsync(Request() with { StandardInput = input }, Token);

        result.ExitCode.ShouldBe(0);
        received.ToArray().ShouldBe(input);
        closed.ShouldBe(closes);
    }

    [Fact]
    public async Task Exec_IsLost_WhenTheConnectionBreaks()
    {
        await using var server = await StartAsync(async context =>
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync(ExecProtocol.V5);
            await socket.ReceiveAsync(new byte[16].AsMemory(), Token);
            context.Abort();
        });
        using var client = server.Client();

        (await OutcomeAsync(client, [1])).ShouldStartWith("lost: exec: the connection was lost before the command's exit code came");
    }

    [Fact]
    public async Task Exec_IsLost_WhenThePeerIsSilentlyDead()
    {
        var end = new TaskCompletionSource();
        await using var server = await ServeAsync(ExecProtocol.V5, _ => end.Task);
        using var client = server.Client(options => options with { ExecPingTimeout = TimeSpan.FromSeconds(1) });

        (await OutcomeAsync(client)).ShouldStartWith("lost: exec: the connection was lost before the command's exit code came");
        end.SetResult();
    }

    [Fact]
    public async Task Exec_IsLost_WhenItsInputStaysUnread()
    {
        var end = new TaskCompletionSource();
        await using var server = await ServeAsync(ExecProtocol.V5, _ => end.Task);
        using var client = server.Client(options => options with { ExecInputTimeout = TimeSpan.FromSeconds(1) });

        (await OutcomeAsync(client, new byte[50_000_000])).ShouldStartWith("lost: exec: the connection was lost before the command's exit code came");
        end.SetResult();
    }

    [Theory]
    [InlineData(403, "Forbidden", "pods \\\"p\\\" is forbidden: cannot create resource \\\"pods/exec\\\"")]
    [InlineData(404, "NotFound", "pods \\\"p\\\" not found")]
    [InlineData(400, "BadRequest", "container c is not valid for pod p")]
    public async Task Exec_KeepsTheStatus_WhenTheHandshakeIsRefused(int code, string reason, string message)
    {
        await using var server = await StartAsync(context => RefuseAsync(context, code, reason, message));
        using var client = server.Client();

        var refusal = await Should.ThrowAsync<KubernetesException>(() => client.ExecAsync(Request(), Token));

        refusal.StatusCode.ShouldBe((HttpStatusCode)code);
        refusal.Reason.ShouldBe(reason);
        refusal.Message.ShouldBe(message.Replace("\\", "", StringComparison.Ordinal));
        refusal.Status.ShouldNotBeNull();
    }

    [Fact]
    public async Task Exec_AsksForWhatItNeeds_WithItsToken()
    {
        string? asked = null;
        await using var server = await StartAsync(context =>
        {
            asked = $"{context.Request.Headers.Authorization} {context.Request.Path}{context.Request.QueryString} {context.Request.Headers.SecWebSocketProtocol}";
            return RefuseAsync(context, 404, "NotFound", "none");
        });
        using var client = server.Client();

        await Should.ThrowAsync<KubernetesException>(() => client.ExecAsync(Request() with { Command = ["a b", "c&d"] }, Token));

        asked.ShouldBe("Bearer token-1 /api/v1/namespaces/n/pods/p/exec?container=c&stdout=true&stderr=true&command=a%20b&command=c%26d v5.channel.k8s.io, v4.channel.k8s.io");
    }

    private static Task<ApiServer> ServeAsync(string protocol, Func<WebSocket, Task> talk) => StartAsync(async context =>
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync(protocol);
        await talk(socket);
    });

    private static async Task<string> OutcomeAsync(KubernetesClient client, byte[]? input = null)
    {
        var output = new StringBuilder();
        var error = new StringBuilder();
        var request = Request() with
        {
            StandardInput = input is null ? null : new ReadOnlyMemory<byte>(input),
            OnStandardOutput = chunk => Append(output, chunk),
            OnStandardError = chunk => Append(error, chunk),
        };
        try
        {
            var result = await client.ExecAsync(request, Token).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Token);
            return $"{result.ExitCode} {output} {error}";
        }
        catch (ExecConnectionException exception)
        {
            return "lost: " + exception.Message;
        }
        catch (KubernetesException exception)
        {
            return $"{(int)exception.StatusCode}: {exception.Message}";
        }
    }

    private static ValueTask Append(StringBuilder text, ReadOnlyMemory<byte> chunk)
    {
        text.Append(Encoding.UTF8.GetString(chunk.Span));
        return ValueTask.CompletedTask;
    }

    private static ExecRequest Request() => new() { Namespace = "n", Pod = "p", Container = "c", Command = ["true"] };

    private static class ExecProtocol
    {
        public const string V5 = "v5.channel.k8s.io";
        public const string V4 = "v4.channel.k8s.io";
    }
}
