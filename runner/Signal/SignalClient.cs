using System.Net.Sockets;
using System.Text.Json;
using Stash.Core.Api;
using Stash.Core.Restic;
using Stash.Core.Signals;

namespace Stash.Runner.Signal;

/// <summary>The other end of the sidecar's socket.</summary>
/// <param name="socketPath">The Unix socket.</param>
/// <param name="time">Clock.</param>
internal sealed class SignalClient(string socketPath, TimeProvider time)
{
    private const int LongestLine = 1 << 20;
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan PongTime = TimeSpan.FromSeconds(5);

    /// <summary>Where the sidecar listens.</summary>
    public string SocketPath => socketPath;

    /// <summary>Sends a request and hands on each line of the answer as it came.</summary>
    /// <param name="request">The line of JSON.</param>
    /// <param name="connectTime">How long a sidecar that does not answer is tried.</param>
    /// <param name="write">Gets each line with its line end.</param>
    /// <param name="cancellationToken">Lets go; the operation goes on.</param>
    /// <returns>The result; null where the answer ended without one.</returns>
    /// <exception cref="SocketException">Nobody answers at the socket.</exception>
    /// <exception cref="IOException">The connection broke.</exception>
    public async Task<SignalResult?> SendAsync(
        ReadOnlyMemory<byte> request, TimeSpan connectTime, Func<ReadOnlyMemory<byte>, ValueTask> write, CancellationToken cancellationToken)
    {
        using var socket = await ConnectAsync(connectTime, cancellationToken);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync((byte[])[.. request.Span, (byte)'\n'], cancellationToken);
        SignalResult? result = null;
        await LineReader.ReadAsync(
            stream,
            LongestLine,
            async line =>
            {
                result = Parse(line.Span)?.Result ?? result;
                await write((byte[])[.. line.Span, (byte)'\n']);
            },
            cancellationToken);
        return result;
    }

    /// <summary>Whether the sidecar answers now.</summary>
    public async Task<bool> PingAsync(CancellationToken cancellationToken)
    {
        var isReady = false;
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(PongTime);
        await SendAsync("ping"u8.ToArray(), TimeSpan.Zero, Hear, bounded.Token);
        return isReady;

        ValueTask Hear(ReadOnlyMemory<byte> line)
        {
            isReady |= Parse(line.Span)?.Log == "ready";
            return ValueTask.CompletedTask;
        }
    }

    private async Task<Socket> ConnectAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        while (true)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), cancellationToken);
                return socket;
            }
            catch (SocketException) when (time.GetElapsedTime(start) < longest)
            {
                socket.Dispose();
                await Task.Delay(BetweenTries, time, cancellationToken);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }
    }

    private static SignalLine? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, StashJson.Default.SignalLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
