using System.Net.Sockets;
using Stash.Runner.Sidecar;

namespace Stash.Runner.Signal;

/// <summary>One call of <c>stash-runner signal</c>: standard input to socket, socket to standard output.</summary>
internal sealed class SignalSession(SignalClient client, Stream input, Stream output, TextWriter errors)
{
    private static readonly TimeSpan InputTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ConnectTime = TimeSpan.FromSeconds(10);

    /// <summary>Reads the request, checks that it is the one that the command line names, sends it and hands the answer on.</summary>
    public async Task<int> SignalAsync(string verb, string session, CancellationToken cancellationToken)
    {
        var (line, fault) = await ReadRequestAsync(verb, session, cancellationToken);
        if (line is null)
        {
            await errors.WriteLineAsync(fault);
            return SignalExit.Usage;
        }

        return await TryAsync(async () =>
        {
            var result = await client.SendAsync(line, ConnectTime, WriteAsync, cancellationToken);
            if (result is not null)
            {
                return SignalExit.CodeOf(result);
            }

            await errors.WriteLineAsync("The sidecar ended the connection before the result. Signal again with the same session to attach.");
            return ExitCodes.TryAgain;
        });
    }

    /// <summary>Tells by exit code whether the sidecar answers.</summary>
    public Task<int> PingAsync(CancellationToken cancellationToken) => TryAsync(async () =>
    {
        if (await client.PingAsync(cancellationToken))
        {
            return ExitCodes.Done;
        }

        await errors.WriteLineAsync("The sidecar does not say that it is ready.");
        return ExitCodes.TryAgain;
    });

    private async Task<int> TryAsync(Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (SocketException)
        {
            await errors.WriteLineAsync($"No sidecar listens at {client.SocketPath}.");
            return ExitCodes.TryAgain;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            await errors.WriteLineAsync($"The connection to the sidecar was lost: {e.Message}");
            return ExitCodes.TryAgain;
        }
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> line)
    {
        await output.WriteAsync(line);
        await output.FlushAsync();
    }

    private async Task<(byte[]? Line, string? Fault)> ReadRequestAsync(string verb, string session, CancellationToken cancellationToken)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bounded.CancelAfter(InputTime);
        try
        {
            // A console stream's read does not heed its token.
            var line = await RequestLine.ReadAsync(input, SocketServer.LongestRequest, bounded.Token).WaitAsync(bounded.Token);
            var (request, fault) = RequestLine.Parse(line);
            return request switch
            {
                null => (null, $"standard input: {fault}"),
                _ when request.Verb != verb => (null, $"standard input: request.verb is \"{request.Verb}\" but the command line says {verb}"),
                _ when request.Session != session => (null, $"standard input: request.session is \"{request.Session}\" but --session says {session}"),
                _ => (line, null),
            };
        }
        catch (OperationCanceledException)
        {
            return (null, $"standard input: no line came within {InputTime.TotalSeconds} seconds; give the request as one line of JSON");
        }
        catch (IOException e)
        {
            return (null, $"standard input: {e.Message}");
        }
    }
}
