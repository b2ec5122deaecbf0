using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Batches;

namespace Stash.Core.CronJobs;

/// <summary>The pod of a config's Job: the runner, under restricted Pod Security.</summary>
public static class RunnerPod
{
    /// <summary>Name of the only container.</summary>
    public const string ContainerName = "run";

    /// <summary>User and group of the image.</summary>
    public const int User = 65532;

    private const int OwnerAndGroupRead = 288; // 0440

    /// <summary>The service account that the runner uses.</summary>
    public static string ServiceAccountName(BackupConfiguration config) =>
        config.Spec.RuntimeSettings?.Pod?.ServiceAccountName is { Length: > 0 } own
            ? own
            : ObjectNames.CronJob(config.Kind, config.Metadata.Name ?? "");

    /// <summary>Builds core/v1 PodTemplateSpec.</summary>
    public static JsonObject Template(Invoker invoker, Repository repository, CronJobSettings settings)
    {
        var config = invoker.Whole;
        var settingsOfPod = config.Spec.RuntimeSettings?.Pod;
        var labels = Copy(settingsOfPod?.PodLabels);
        foreach (var (key, value) in Ownership.LabelsFor(config))
        {
            labels[key] = value?.DeepClone();
        }

        var metadata = new JsonObject { ["labels"] = labels };
        if (settingsOfPod?.PodAnnotations is { Count: > 0 } annotations)
        {
            metadata["annotations"] = Copy(annotations);
        }

        var spec = Spec(config, repository, settings);
        if (JobDeadlines.GraceSeconds(invoker) is { } grace)
        {
            spec["terminationGracePeriodSeconds"] = grace;
        }

        foreach (var (field, value) in settingsOfPod?.Rest ?? [])
        {
            PodOverlay.TakeOver(spec, field, value);
        }

        return new JsonObject { ["metadata"] = metadata, ["spec"] = spec };
    }

    private static JsonObject Spec(BackupConfiguration config, Repository repository, CronJobSettings settings) => new()
    {
        ["serviceAccountName"] = ServiceAccountName(config),
        ["automountServiceAccountToken"] = true,
        ["restartPolicy"] = "Never",
        ["securityContext"] = new JsonObject
        {
            ["runAsNonRoot"] = true,
            ["runAsUser"] = User,
            ["runAsGroup"] = User,
            ["fsGroup"] = User,
            ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
        },
        ["containers"] = new JsonArray(RunnerContainer.Build(config, repository, settings)),
        ["volumes"] = Volumes(config, repository),
    };

    /// <summary>
    /// The Secret is optional, so that a missing one ends in a session that says so and not in a pod that waits for it. A local backend
    /// is mounted in the sidecars only: its retention is done there.
    /// </summary>
    private static JsonArray Volumes(BackupConfiguration config, Repository repository)
    {
        var scratch = new JsonObject();
        if (config.Spec.TempDir?.Medium is { Length: > 0 } medium)
        {
            scratch["medium"] = medium;
        }

        if (config.Spec.TempDir?.SizeLimit is { Length: > 0 } limit)
        {
            scratch["sizeLimit"] = limit;
        }

        var volumes = new JsonArray(
            new JsonObject { ["name"] = SidecarNames.WorkVolume, ["emptyDir"] = scratch },
            new JsonObject { ["name"] = RunnerContainer.TempVolume, ["emptyDir"] = new JsonObject() });
        if (RunnerContainer.ReachesBackend(repository))
        {
            volumes.Add((JsonNode)new JsonObject
            {
                ["name"] = SidecarNames.SecretVolume,
                ["secret"] = new JsonObject
                {
                    ["secretName"] = repository.Spec.Backend?.StorageSecretName,
                    ["defaultMode"] = OwnerAndGroupRead,
                    ["optional"] = true,
                },
            });
        }

        return volumes;
    }

    private static JsonObject Copy(IReadOnlyDictionary<string, string>? map)
    {
        var copy = new JsonObject();
        foreach (var (key, value) in map ?? new Dictionary<string, string>())
        {
            copy[key] = value;
        }

        return copy;
    }
}
