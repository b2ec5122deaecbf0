using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Stash.LocalCluster.Rest;

/// <summary>The channels of one exec on a WebSocket: 0 stdin, 1 stdout, 2 stderr, 3 status, 4 resize, 255 close (v5).</summary>
internal sealed class ExecSession(WebSocket socket, bool canCloseInput) : IDisposable
{
    private const byte StatusChannel = 3;
    private const byte CloseChannel = 255;
    private readonly Pipe _input = new();
    private readonly SemaphoreSlim _sending = new(1, 1);

    /// <summary>What the client writes.</summary>
    public Stream Input => _input.Reader.AsStream();

    /// <summary>A stream that becomes frames of a channel.</summary>
    public Stream Output(byte channel) => new ChannelStream(this, channel);

    /// <summary>The empty frames by which the API server opens.</summary>
    public async Task OpenAsync(CancellationToken cancellationToken)
    {
        foreach (var channel in new byte[] { 1, 2, StatusChannel })
        {
            await SendAsync(channel, ReadOnlyMemory<byte>.Empty, cancellationToken);
        }
    }

    /// <summary>Reads until the client closes; then what waits on it is cancelled.</summary>
    public async Task ReceiveAsync(CancellationTokenSource gone)
    {
        var buffer = new byte[32 * 1024];
        byte? channel = null;
        try
        {
            while (true)
            {
                var frame = await socket.ReceiveAsync(buffer.AsMemory(), gone.Token);
                if (frame.MessageType == WebSocketMessageType.Close)
                {
                    break;
                }

                var data = buffer.AsMemory(0, frame.Count);
                if (channel is null && data.Length > 0)
                {
                    channel = data.Span[0];
                    data = data[1..];
                }

                await TakeAsync(channel, data, gone.Token);
                channel = frame.EndOfMessage ? null : channel;
            }
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or InvalidOperationException)
        {
            // The connection is over, from either side; the command learns it by its streams.
            await _input.Writer.CompleteAsync();
        }

        await _input.Writer.CompleteAsync();
        if (!gone.IsCancellationRequested)
        {
            await gone.CancelAsync();
        }
    }

    /// <summary>Tells the outcome, closes, and waits until the client has closed as well: else what is on its way would be reset.</summary>
    public async Task EndAsync(JsonObject status, Task receiving, TimeSpan timeout)
    {
        using var deadline = new CancellationTokenSource(timeout, TimeProvider.System);
        try
        {
            await SendAsync(StatusChannel, JsonSerializer.SerializeToUtf8Bytes(status), deadline.Token);
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, deadline.Token);
            await _input.Reader.CompleteAsync();
            await receiving.WaitAsync(deadline.Token);
        }
        catch (Exception exception) when (exception is WebSocketException or OperationCanceledException or IOException)
        {
            socket.Abort();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _sending.Dispose();

    private async Task TakeAsync(byte? channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        switch (channel)
        {
            case 0 when data.Length > 0:
                await _input.Writer.WriteAsync(data, cancellationToken);
                break;
            case CloseChannel when canCloseInput && data.Length > 0 && data.Span[0] == 0:
                await _input.Writer.CompleteAsync();
                break;
        }
    }

    private async Task SendAsync(byte channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            byte[] frame = [channel, .. data.Span];
            await socket.SendAsync(frame, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    private sealed class ChannelStream(ExecSession session, byte channel) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.Length > 0)
            {
                await session.SendAsync(channel, buffer, cancellationToken);
            }
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("write asynchronously");

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
