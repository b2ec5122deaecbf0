using System.Buffers;
using System.Net.WebSockets;

namespace Stash.Core.Kubernetes.Exec;

/// <summary>Carries one command's input and output over an open WebSocket until its status comes.</summary>
internal sealed class ExecSession(WebSocket socket, ExecRequest request, KubernetesConnectionOptions options)
{
    private const int ChunkSize = 32 * 1024;
    private const int LongestStatus = 1024 * 1024;
    private static readonly TimeSpan LateOutput = TimeSpan.FromSeconds(5);

    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly ArrayBufferWriter<byte> status = new();
    private bool ended;

    /// <summary>Runs to the end.</summary>
    /// <exception cref="ExecConnectionException">The connection ended without a status.</exception>
    /// <exception cref="KubernetesException">The status says that the command could not be run.</exception>
    public async Task<ExecResult> RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = SendInputAsync(stop.Token);
        try
        {
            await ReceiveAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return ExecStatus.Read(status.WrittenSpan);
    }

    /// <summary>A failure here is the connection's, which the receiving side meets and reports as well.</summary>
    private async Task SendInputAsync(CancellationToken cancellationToken)
    {
        if (request.StandardInput is not { } input)
        {
            return;
        }

        var frame = new byte[ChunkSize + 1];
        frame[0] = ExecChannel.StandardInput;
        for (var offset = 0; offset < input.Length; offset += ChunkSize)
        {
            var chunk = input[offset..Math.Min(offset + ChunkSize, input.Length)];
            chunk.CopyTo(frame.AsMemory(1));
            await SendAsync(frame.AsMemory(0, chunk.Length + 1), cancellationToken).ConfigureAwait(false);
        }

        if (socket.SubProtocol == ExecChannel.V5)
        {
            byte[] close = [ExecChannel.Close, ExecChannel.StandardInput];
            await SendAsync(close, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Giving up aborts the socket, which the receiving side then reports.</summary>
    private async Task SendAsync(ReadOnlyMemory<byte> frame, CancellationToken cancellationToken)
    {
        using var unread = new CancellationTokenSource(options.ExecInputTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(unread.Token, cancellationToken);
        await socket.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, either.Token).ConfigureAwait(false);
    }

    /// <summary>Reads until the server closes; a server that has sent the status gets a few seconds for what else it has.</summary>
    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        while (await MessageAsync(either.Token).ConfigureAwait(false))
        {
            if (status.WrittenCount > 0 && !ended)
            {
                ended = true;
                late.CancelAfter(LateOutput);
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (!ended)
        {
            throw new ExecConnectionException($"exec: the server closed the connection without a status{Why()}");
        }
    }

    /// <summary>
    /// The next frame; null where none will come: the server closed, or is gone although the status has come. A socket that was aborted,
    /// by missing pongs or by input that nobody read, says "canceled" although nobody cancelled.
    /// </summary>
    private async ValueTask<ValueWebSocketReceiveResult?> FrameAsync(CancellationToken cancellationToken)
    {
        try
        {
            var frame = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken).ConfigureAwait(false);
            return frame.MessageType == WebSocketMessageType.Close ? null : frame;
        }
        catch (Exception exception) when (ended && exception is WebSocketException or IOException or OperationCanceledException)
        {
            return null;
        }
        catch (Exception exception) when (
            exception is WebSocketException or IOException || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ExecConnectionException(
                $"exec: the connection was lost before the command's exit code came: {exception.GetBaseException().Message}", exception);
        }
    }

    /// <summary>One message, frame by frame; its first byte names the channel of all of it. False where the server closes.</summary>
    private async Task<bool> MessageAsync(CancellationToken cancellationToken)
    {
        byte? channel = null;
        while (true)
        {
            if (await FrameAsync(cancellationToken).ConfigureAwait(false) is not { } frame)
            {
                return false;
            }

            var payload = buffer.AsMemory(0, frame.Count);
            if (channel is null && payload.Length > 0)
            {
                channel = payload.Span[0];
                payload = payload[1..];
            }

            if (payload.Length > 0)
            {
                await DeliverAsync(channel!.Value, payload).ConfigureAwait(false);
            }

            if (frame.EndOfMessage)
            {
                return true;
            }
        }
    }

    private async ValueTask DeliverAsync(byte channel, ReadOnlyMemory<byte> payload)
    {
        switch (channel)
        {
            case ExecChannel.StandardOutput when request.OnStandardOutput is { } output:
                await output(payload).ConfigureAwait(false);
                break;
            case ExecChannel.StandardError when request.OnStandardError is { } error:
                await error(payload).ConfigureAwait(false);
                break;
            case ExecChannel.Status when status.WrittenCount + payload.Length <= LongestStatus:
                status.Write(payload.Span);
                break;
            case ExecChannel.Status:
                throw new ExecConnectionException("exec: the status that ends the exec is longer than 1 MiB");
        }
    }

    private string Why() => socket.CloseStatus is { } code and not WebSocketCloseStatus.NormalClosure
        ? FormattableString.Invariant($" ({(int)code} {socket.CloseStatusDescription})")
        : "";
}
