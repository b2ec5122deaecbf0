using System.CommandLine;
using Stash.Core.Api;
using Stash.Core.Cron;

namespace Stash.Runner.Sidecar;

internal static class SidecarCommand
{
    public static Command Create()
    {
        var socket = new Option<string>("--socket")
        {
            Description = "The Unix socket to listen at.", DefaultValueFactory = _ => SidecarNames.SocketPath,
        };
        var work = new Option<string>("--work")
        {
            Description = "Folder for recorded results and restic's cache.", DefaultValueFactory = _ => SidecarNames.WorkPath,
        };
        var secrets = new Option<string>("--secrets")
        {
            Description = "Folder with the repository's Secret, one file for each key.", DefaultValueFactory = _ => SidecarNames.SecretPath,
        };
        var restic = new Option<string>("--restic") { Description = "restic, as a path or as a name on PATH.", DefaultValueFactory = _ => "restic" };
        var grace = new Option<string>("--grace")
        {
            Description = "From SIGTERM to the end, a Go duration; less than the pod's grace period.", DefaultValueFactory = _ => "25s",
        };
        grace.Validators.Add(result =>
        {
            if (!GoDuration.TryParse(result.GetValueOrDefault<string>() ?? "", out var value, out var fault) || value <= TimeSpan.Zero)
            {
                result.AddError($"--grace: {fault ?? "must be more than 0s"}");
            }
        });
        var command = new Command("sidecar", "Works in the user's pod: waits on a Unix socket and runs restic when it is signalled.")
        {
            socket, work, secrets, restic, grace,
        };

        // A synchronous action: for asynchronous ones System.CommandLine takes SIGTERM and ends the process after two seconds.
        command.SetAction(parsed =>
        {
            _ = GoDuration.TryParse(parsed.GetValue(grace)!, out var graceTime, out _);
            var options = new SidecarOptions(
                Path.GetFullPath(parsed.GetValue(socket)!),
                parsed.GetValue(work)!,
                parsed.GetValue(secrets)!,
                parsed.GetValue(restic)!,
                graceTime);
            return SidecarHost.RunAsync(options, Console.Error, TimeProvider.System).GetAwaiter().GetResult();
        });
        return command;
    }
}
