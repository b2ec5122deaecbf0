using System.CommandLine;
using Microsoft.Extensions.Logging;
using Stash.Core.Kubernetes;
using Stash.Runner.Logging;

namespace Stash.Runner.Run;

internal static class RunCommand
{
    private static readonly Option<string> Config = new("--config") { Description = "BackupConfiguration that is run", Required = true };
    private static readonly Option<string?> Namespace = new("--namespace") { Description = "its namespace; default POD_NAMESPACE, else the kubeconfig's" };
    private static readonly Option<string?> Kubeconfig = new("--kubeconfig") { Description = "default: the pod's service account, else KUBECONFIG" };
    private static readonly Option<string?> Session = new("--session") { Description = "a BackupSession that somebody made: it is run instead of a new one" };

    public static Command Create()
    {
        var format = RunnerLog.FormatOption();
        var command = new Command("run", "Runs one backup session of a BackupConfiguration: what its CronJob starts.")
        {
            Config, Namespace, Kubeconfig, Session, format,
        };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            using var logs = RunnerLog.Create(arguments.GetValue(format));
            var log = logs.CreateLogger("run");
            return await RunAsync(arguments, log, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, ILogger log, CancellationToken cancellationToken)
    {
        KubernetesClient client;
        try
        {
            client = KubernetesClient.Connect(new KubernetesConnectionOptions
            {
                Kubeconfig = arguments.GetValue(Kubeconfig),
                UserAgent = "stash-run",
            });
        }
        catch (KubernetesConfigurationException wrong)
        {
            log.RunFailed(wrong.Message);
            return ExitCodes.Refused;
        }

        using (client)
        {
            var settings = RunSettings.From(
                arguments.GetValue(Config)!, arguments.GetValue(Namespace), arguments.GetValue(Session), Environment.GetEnvironmentVariable,
                client.DefaultNamespace);
            return await new BackupRun(client, settings, TimeProvider.System, log).RunAsync(cancellationToken);
        }
    }
}
