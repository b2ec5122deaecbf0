using System.CommandLine;
using Microsoft.Extensions.Logging;
using Stash.Core.CronJobs;
using Stash.Core.Kubernetes;
using Stash.Runner.Logging;

namespace Stash.Runner.Sync;

/// <summary>The verb <c>sync</c>.</summary>
internal static class SyncCommand
{
    private static readonly Option<string> Image = InstallationOptions.Image();
    private static readonly Option<string?> PullPolicy = InstallationOptions.ImagePullPolicy();
    private static readonly Option<string> RunClusterRole = InstallationOptions.RunClusterRole();

    private static readonly Option<string?> Namespace = new("--namespace", "-n")
    {
        Description = "Only this namespace. Default: every namespace.", HelpName = "NAMESPACE",
    };

    private static readonly Option<string?> Kubeconfig = new("--kubeconfig")
    {
        Description = "Kubeconfig file. Default: KUBECONFIG, else the pod's service account, else ~/.kube/config.", HelpName = "FILE",
    };

    private static readonly Option<string?> Context = new("--context")
    {
        Description = "Context of the kubeconfig. Default: its current-context.", HelpName = "NAME",
    };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only say what would be done; write nothing." };

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var format = RunnerLog.FormatOption();
        var command = new Command("sync", """
            Turns BackupConfigurations into CronJobs with their access, brings their status up to date, starts the BackupSessions that people
            made, closes sessions whose Job is gone, and has pods replaced that were made without sidecar while the webhook was down.

            Run again it writes nothing that did not change. A BackupConfiguration that is invalid, or whose Repository is missing, keeps
            the CronJob it had, and its status says why. Exit code 0: done; 10: the cluster cannot be reached as configured; 75: the API
            refused something, try again.

            Example:
              stash-runner sync --image registry.example/stash-runner:1.0.0 --dry-run
            """)
        {
            Image, PullPolicy, RunClusterRole, Namespace, Kubeconfig, Context, DryRun, format,
        };
        command.SetAction(async (arguments, cancellationToken) =>
        {
            using var logs = RunnerLog.Create(arguments.GetValue(format));
            return await RunAsync(arguments, logs.CreateLogger("sync"), cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, ILogger log, CancellationToken cancellationToken)
    {
        try
        {
            using var client = KubernetesClient.Connect(new KubernetesConnectionOptions
            {
                Kubeconfig = arguments.GetValue(Kubeconfig),
                Context = arguments.GetValue(Context),
                UserAgent = SyncApplier.FieldManager,
            });
            var settings = InstallationOptions.Settings(
                arguments.GetValue(Image)!, arguments.GetValue(PullPolicy), arguments.GetValue(RunClusterRole)!);
            return await RunAsync(
                client, settings, arguments.GetValue(Namespace), arguments.GetValue(DryRun), TimeProvider.System, log, cancellationToken);
        }
        catch (KubernetesConfigurationException wrong)
        {
            log.SyncFailed(wrong.Message);
            return ExitCodes.FailedForGood;
        }
        catch (KubernetesException refused)
        {
            log.SyncFailed(refused.Message);
            return ExitCodes.TryAgain;
        }
    }

    /// <summary>Reads, plans and applies once.</summary>
    /// <exception cref="KubernetesException">What is live could not be read.</exception>
    public static async Task<int> RunAsync(
        IKubernetesClient client, CronJobSettings settings, string? ns, bool dryRun, TimeProvider time, ILogger log, CancellationToken cancellationToken)
    {
        var state = await LiveState.ReadAsync(client, ns, settings, cancellationToken);
        var plans = SyncPlan.Make(state.Input);
        var applier = new SyncApplier(client, time, log, dryRun);
        var missed = new MissedPodsStep(client, state, settings, time, log, dryRun);
        foreach (var plan in plans)
        {
            await applier.ApplyAsync(await missed.LookAsync(plan, cancellationToken), cancellationToken);
        }

        var closing = new SessionClosing(client, time, log, dryRun);
        var starting = new SessionStarting(client, log, dryRun);
        await new OrphanedSessions(starting, closing, time).CloseAsync(state, plans, cancellationToken);
        await new RequestedSessions(starting, closing, time).StartAsync(state, plans, cancellationToken);
        var failures = applier.Failures + missed.Failures + closing.Failures + starting.Failures;
        log.Synced(plans.Count, applier.Written, applier.Unchanged, failures);
        return failures == 0 ? ExitCodes.Done : ExitCodes.TryAgain;
    }
}
