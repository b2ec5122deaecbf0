using System.Net.Sockets;
using System.Text.Json;
using Stash.Core.Api;
using Stash.Core.Signals;

namespace Stash.Runner.Sidecar;

/// <summary>
/// The wire: one line of JSON in, lines of JSON out, the last of them the result. The line <c>ping</c> is answered by <c>{"log":"ready"}</c>.
/// </summary>
internal sealed class SocketServer(OperationDesk desk, SidecarLog log, TimeProvider time) : IDisposable
{
    /// <summary>Most bytes of a request.</summary>
    public const int LongestRequest = 1 << 20;

    private const int MostConnections = 64;
    private static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SendTime = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _places = new(MostConnections);
    private readonly HashSet<Task> _answers = [];

    /// <summary>Answers until cancelled.</summary>
    public async Task ServeAsync(Socket listener, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await _places.WaitAsync(cancellationToken);
                var connection = await listener.AcceptAsync(cancellationToken);
                Keep(ServeOneAsync(connection, cancellationToken));
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (SocketException e)
            {
                _places.Release();
                log.Say($"A connection could not be accepted: {e.Message}");
                await Task.Delay(TimeSpan.FromMilliseconds(100), time, CancellationToken.None);
            }
        }
    }

    /// <summary>Waits a moment for answers that are under way.</summary>
    public async Task FinishAsync(TimeSpan longest)
    {
        Task[] answers;
        lock (_answers)
        {
            answers = [.. _answers];
        }

        try
        {
            await Task.WhenAll(answers).WaitAsync(longest, time);
        }
        catch (TimeoutException)
        {
            log.Say("A connection is cut: its other end does not read.");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _places.Dispose();

    private void Keep(Task answer)
    {
        lock (_answers)
        {
            _answers.RemoveWhere(each => each.IsCompleted);
            _answers.Add(answer);
        }
    }

    private async Task ServeOneAsync(Socket connection, CancellationToken cancellationToken)
    {
        try
        {
            using (connection)
            await using (var stream = new NetworkStream(connection))
            {
                await AnswerAsync(stream, cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or TimeoutException)
        {
            log.Say($"A connection ended early: {e.Message}");
        }
        catch (Exception e)
        {
            log.Say($"Fault: {e}");
        }
        finally
        {
            _places.Release();
        }
    }

    private async Task AnswerAsync(Stream stream, CancellationToken cancellationToken)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(RequestTime);
        var line = await RequestLine.ReadAsync(stream, LongestRequest, bounded.Token);
        if (line.AsSpan().SequenceEqual("ping"u8))
        {
            await SendAsync(stream, new SignalLine { Log = "ready" });
            return;
        }

        var (request, fault) = RequestLine.Parse(line);
        if (request is null)
        {
            await SendAsync(stream, RequestLine.Refusal(fault!));
            return;
        }

        await desk.AnswerAsync(request, each => SendAsync(stream, each), CancellationToken.None);
    }

    private async Task SendAsync(Stream stream, SignalLine line)
    {
        using var bounded = new CancellationTokenSource(SendTime, time);
        await stream.WriteAsync((byte[])[.. JsonSerializer.SerializeToUtf8Bytes(line, StashJson.Default.SignalLine), (byte)'\n'], bounded.Token);
    }
}
