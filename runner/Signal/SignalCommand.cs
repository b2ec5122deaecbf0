using System.CommandLine;
using Stash.Core.Api;
using Stash.Core.Signals;

namespace Stash.Runner.Signal;

internal static class SignalCommand
{
    private const string Ping = "ping";

    public static Command Create()
    {
        var verb = new Argument<string>("verb")
        {
            Description = "backup, forget, check or stats, with the request as one line of JSON on standard input; or ping, which tells by exit code whether the sidecar is ready.",
        };
        verb.AcceptOnlyFromAmong(SignalVerb.Backup, SignalVerb.Forget, SignalVerb.Check, SignalVerb.Stats, Ping);
        var session = new Option<string?>("--session") { Description = "Name of the BackupSession; the same name attaches, or gets the recorded result." };
        var socket = new Option<string>("--socket")
        {
            Description = "The sidecar's Unix socket.", DefaultValueFactory = _ => SidecarNames.SocketPath,
        };
        var command = new Command("signal", "Wakes the sidecar in whose container it runs, and follows it to the result.") { verb, session, socket };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using var input = Console.OpenStandardInput();
            await using var output = Console.OpenStandardOutput();
            var client = new SignalClient(Path.GetFullPath(parsed.GetValue(socket)!), TimeProvider.System);
            var call = new SignalSession(client, input, output, Console.Error);
            if (parsed.GetValue(verb) == Ping)
            {
                return await call.PingAsync(cancellationToken);
            }

            if (parsed.GetValue(session) is { Length: > 0 } name)
            {
                return await call.SignalAsync(parsed.GetValue(verb)!, name, cancellationToken);
            }

            await Console.Error.WriteLineAsync("--session is required: name the BackupSession");
            return SignalExit.Usage;
        });
        return command;
    }
}
