using System.Net.WebSockets;
using Stash.Core.Kubernetes.Requests;

namespace Stash.Core.Kubernetes.Exec;

/// <summary>Opens the WebSocket of an exec.</summary>
internal static class ExecConnection
{
    private static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(5);

    /// <summary>Connects; v5 is offered first, v4 for API servers before 1.30.</summary>
    /// <exception cref="KubernetesException">The server refused; nothing was run.</exception>
    /// <exception cref="ExecConnectionException">No answer came: the command may run.</exception>
    public static async Task<ClientWebSocket> OpenAsync(
        Transport transport, KubernetesConnectionOptions options, string path, CancellationToken cancellationToken)
    {
        var server = transport.Server;
        var scheme = server.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs;
        var address = scheme + "://" + server.GetComponents(UriComponents.HostAndPort | UriComponents.Path, UriFormat.UriEscaped).TrimEnd('/') + path;
        using var handler = new HandshakeHandler(transport.Invoker, $"GET {path.Split('?')[0]}");
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.AddSubProtocol(ExecChannel.V5);
            socket.Options.AddSubProtocol(ExecChannel.V4);
            socket.Options.KeepAliveInterval = PingInterval;
            socket.Options.KeepAliveTimeout = options.ExecPingTimeout;
            foreach (var (name, value) in transport.Identity())
            {
                socket.Options.SetRequestHeader(name, value);
            }

            await HandshakeAsync(socket, new Uri(address), handler, options, cancellationToken).ConfigureAwait(false);
            return socket.SubProtocol is ExecChannel.V5 or ExecChannel.V4
                ? socket
                : throw new ExecConnectionException($"the server speaks neither {ExecChannel.V5} nor {ExecChannel.V4}");
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task HandshakeAsync(
        ClientWebSocket socket, Uri address, HandshakeHandler handler, KubernetesConnectionOptions options, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(options.RequestTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        using var invoker = new HttpMessageInvoker(handler, disposeHandler: false);
        try
        {
            await socket.ConnectAsync(address, invoker, either.Token).ConfigureAwait(false);
        }
        catch (WebSocketException exception) when (exception.InnerException is KubernetesException refusal)
        {
            throw new KubernetesException(refusal.StatusCode, refusal.Message, refusal.Reason, refusal.Status, exception);
        }
        catch (Exception exception) when (exception is WebSocketException or HttpRequestException or IOException)
        {
            throw new ExecConnectionException($"exec: {Refusals.Unreachable(address, exception).Message}", exception);
        }
        catch (OperationCanceledException exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ExecConnectionException($"exec: {address.Authority} did not answer in time", exception);
        }
    }
}
