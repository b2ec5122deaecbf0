using System.CommandLine;
using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.CronJobs;
using Stash.Core.Hooks;
using Stash.Core.Kubernetes;
using Stash.Runner.Logging;

namespace Stash.Runner.Run;

internal static class RunCommand
{
    private static readonly Option<string?> Config = new(RunnerContainer.ConfigOption) { Description = "BackupConfiguration that is run" };
    private static readonly Option<string?> Batch = new(RunnerContainer.BatchOption) { Description = "BackupBatch that is run" };
    private static readonly Option<string?> Namespace = new("--namespace") { Description = "its namespace; default POD_NAMESPACE, else the kubeconfig's" };
    private static readonly Option<string?> Kubeconfig = new("--kubeconfig") { Description = "default: the pod's service account, else KUBECONFIG" };
    private static readonly Option<string?> Session = new(SessionJob.Run) { Description = "a BackupSession that somebody made: it is run instead of a new one" };

    private static readonly Option<string?> Release = new(SessionJob.Release)
    {
        Description = "a BackupSession whose Job is gone: its postBackup hook is run and it is ended; nothing is backed up",
    };

    /// <summary>How long the verb has to end after SIGTERM: a postBackup hook may take as long as it was given; the kubelet waits for the pod's own grace period.</summary>
    public static TimeSpan LongestEnd => HookTimeout.Longest + TimeSpan.FromHours(1);

    public static Command Create()
    {
        var format = RunnerLog.FormatOption();
        var command = new Command("run", "Runs one backup session of a BackupConfiguration or BackupBatch: what its CronJob starts.")
        {
            Config, Batch, Namespace, Kubeconfig, Session, Release, format,
        };
        command.Validators.Add(result =>
        {
            if (string.IsNullOrEmpty(result.GetValue(Config)) == string.IsNullOrEmpty(result.GetValue(Batch)))
            {
                result.AddError("give either --config or --batch: the name of what is run");
            }
        });
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
                (arguments.GetValue(Batch) ?? arguments.GetValue(Config))!, arguments.GetValue(Namespace), arguments.GetValue(Session), Environment.GetEnvironmentVariable,
                client.DefaultNamespace) with { Kind = arguments.GetValue(Batch) is null ? BackupConfiguration.KindName : BackupBatch.KindName, Release = arguments.GetValue(Release) };
            return await new BackupRun(client, settings, TimeProvider.System, log).RunAsync(cancellationToken);
        }
    }
}
