using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;

namespace Stash.LocalCluster.Rest;

/// <summary>pods/exec over WebSocket, subprotocols v5 and v4.channel.k8s.io.</summary>
internal static class ExecEndpoint
{
    private static readonly string[] Protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"];
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Runs a command and streams until it ends.</summary>
    public static async Task AnswerAsync(HttpContext http, ClusterCore core, RequestTarget target, string container)
    {
        var query = http.Request.Query;
        var command = query["command"].OfType<string>().ToArray();
        if (command.Length == 0)
        {
            throw ApiErrors.BadRequest("you must specify at least one command for the container");
        }

        var runtime = core.Runtime ?? throw ApiErrors.NotImplemented("exec: no pods run here (RunPods is off)");
        if (!http.WebSockets.IsWebSocketRequest)
        {
            throw ApiErrors.BadRequest("unable to upgrade: the local cluster speaks WebSocket only, not SPDY");
        }

        var protocol = Protocols.FirstOrDefault(http.WebSockets.WebSocketRequestedProtocols.Contains)
            ?? throw ApiErrors.BadRequest($"unable to upgrade: none of the subprotocols [{string.Join(", ", http.WebSockets.WebSocketRequestedProtocols)}] is served");
        using var socket = await http.WebSockets.AcceptWebSocketAsync(protocol);
        using var session = new ExecSession(socket, canCloseInput: protocol == Protocols[0]);
        var terminal = query["tty"] == "true";
        var streams = new ExecStreams(
            query["stdin"] == "true" ? session.Input : null,
            query["stdout"] == "true" ? session.Output(1) : null,
            query["stderr"] == "true" && !terminal ? session.Output(2) : null,
            terminal);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        await session.OpenAsync(gone.Token);
        var receiving = session.ReceiveAsync(gone);
        var status = await RunAsync(runtime, target, container, command, streams, gone.Token);
        if (status is not null)
        {
            await session.EndAsync(status, receiving, CloseTimeout);
        }

        await gone.CancelAsync();
        await receiving;
    }

    private static async Task<JsonObject?> RunAsync(
        IPodRuntime runtime, RequestTarget target, string container, string[] command, ExecStreams streams, CancellationToken cancellationToken)
    {
        try
        {
            var code = await runtime.ExecAsync(target.Namespace!, target.Name!, container, command, streams, cancellationToken);
            return code == 0 ? new JsonObject { ["metadata"] = new JsonObject(), ["status"] = "Success" } : Failed(code);
        }
        catch (PodRuntimeException exception)
        {
            return ApiErrors.InternalError(exception.Message).Status;
        }
        catch (Exception exception) when (exception is OperationCanceledException or WebSocketException or IOException)
        {
            // The client is gone: nobody is left to be told.
            return null;
        }
    }

    private static JsonObject Failed(int code) => new()
    {
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = $"command terminated with non-zero exit code: exit status {code}",
        ["reason"] = "NonZeroExitCode",
        ["details"] = new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject
            {
                ["reason"] = "ExitCode",
                ["message"] = code.ToString(System.Globalization.CultureInfo.InvariantCulture),
            }),
        },
    };
}
