using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Core.Cron;

namespace Stash.Core.CronJobs;

/// <summary>This installation's settings for what sync makes.</summary>
public sealed record CronJobSettings
{
    /// <summary>Image of the runner.</summary>
    public required string Image { get; init; }

    /// <summary>imagePullPolicy of the runner; null leaves Kubernetes' default.</summary>
    public string? ImagePullPolicy { get; init; }

    /// <summary>ClusterRole that the runner's service account is bound to in the config's namespace.</summary>
    public string RunClusterRole { get; init; } = "stash-run";
}

/// <summary>Makes the CronJob of a config or batch; pure.</summary>
public static class CronJobBuilder
{
    /// <summary>The runner's exit code that says another attempt would end the same way.</summary>
    public const int FailedForGood = 10;

    private const string NeverSchedule = "@yearly";
    private const int BackoffLimit = 3;

    /// <summary>
    /// Builds batch/v1 CronJob. A config without a schedule gets a suspended one, from which
    /// <c>kubectl create job --from=cronjob/NAME</c> makes a backup on demand.
    /// </summary>
    /// <param name="invoker">What its Jobs run; valid.</param>
    /// <param name="repository">Its Repository.</param>
    /// <param name="settings">This installation's settings.</param>
    /// <exception cref="FormatException">The schedule is not one.</exception>
    public static JsonObject Build(Invoker invoker, Repository repository, CronJobSettings settings)
    {
        var config = invoker.Whole;
        var schedule = ParseSchedule(config);
        var spec = new JsonObject
        {
            ["schedule"] = schedule?.Text ?? NeverSchedule,
            ["timeZone"] = config.Spec.TimeZone is { Length: > 0 } zone ? zone : "Etc/UTC",
            ["concurrencyPolicy"] = "Forbid",
            ["suspend"] = schedule is null || config.Spec.Paused == true,
            ["successfulJobsHistoryLimit"] = 1,
            ["failedJobsHistoryLimit"] = 2,
            ["jobTemplate"] = new JsonObject
            {
                ["metadata"] = new JsonObject { ["labels"] = Ownership.LabelsFor(config) },
                ["spec"] = JobSpec(invoker, repository, settings),
            },
        };
        if (schedule is not null)
        {
            spec["startingDeadlineSeconds"] = JobDeadlines.StartingSeconds(schedule);
        }

        return new JsonObject
        {
            ["apiVersion"] = "batch/v1",
            ["kind"] = "CronJob",
            ["metadata"] = Ownership.MetadataFor(config),
            ["spec"] = spec,
        };
    }

    private static CronSchedule? ParseSchedule(BackupConfiguration config)
    {
        if (config.Spec.Schedule is not { Length: > 0 } text)
        {
            return null;
        }

        var seed = $"{Ownership.NamespaceOf(config)}/{config.Metadata.Name}";
        return CronSchedule.TryParse(text, seed, out var schedule, out var fault)
            ? schedule
            : throw new FormatException($"spec.schedule: {fault}");
    }

    /// <summary>
    /// A node's drain or a preemption costs no attempt; exit code 10 ends the Job at once; anything else is tried again, and never
    /// before the pod that failed is gone, so that no two runners meet.
    /// </summary>
    private static JsonObject JobSpec(Invoker invoker, Repository repository, CronJobSettings settings) => new()
    {
        ["activeDeadlineSeconds"] = JobDeadlines.ActiveSeconds(invoker),
        ["backoffLimit"] = BackoffLimit,
        ["podReplacementPolicy"] = "Failed",
        ["podFailurePolicy"] = new JsonObject
        {
            ["rules"] = new JsonArray(
                new JsonObject
                {
                    ["action"] = "FailJob",
                    ["onExitCodes"] = new JsonObject
                    {
                        ["containerName"] = RunnerPod.ContainerName,
                        ["operator"] = "In",
                        ["values"] = new JsonArray(FailedForGood),
                    },
                },
                new JsonObject
                {
                    ["action"] = "Ignore",
                    ["onPodConditions"] = new JsonArray(new JsonObject { ["type"] = "DisruptionTarget", ["status"] = "True" }),
                }),
        },
        ["template"] = RunnerPod.Template(invoker, repository, settings),
    };
}
