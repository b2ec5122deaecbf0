using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.CronJobs;

/// <summary>The runner's container in a config's Job.</summary>
public static class RunnerContainer
{
    /// <summary>Name of the emptyDir on <c>/tmp</c>: the root file system is read-only.</summary>
    public const string TempVolume = "tmp";

    /// <summary>Environment variable with the Job's name.</summary>
    public const string JobNameVariable = "JOB_NAME";

    /// <summary>Environment variable with the Job's uid: a second attempt finds the first one's session by it.</summary>
    public const string JobUidVariable = "JOB_UID";

    /// <summary>Environment variable with the pod's name.</summary>
    public const string PodNameVariable = "POD_NAME";

    /// <summary>Environment variable with the pod's namespace.</summary>
    public const string PodNamespaceVariable = "POD_NAMESPACE";

    /// <summary>Environment variable with the folder for restic's cache.</summary>
    public const string CacheVariable = "STASH_CACHE";

    /// <summary>Option of <c>run</c>: name of a BackupConfiguration.</summary>
    public const string ConfigOption = "--config";

    /// <summary>Option of <c>run</c>: name of a BackupBatch.</summary>
    public const string BatchOption = "--batch";

    /// <summary>Environment variable with the runner's own image: Jobs that work on a repository's volume are made with it.</summary>
    public const string ImageVariable = "STASH_IMAGE";

    /// <summary>Environment variable with the imagePullPolicy of <see cref="ImageVariable"/>; absent where it is Kubernetes' default.</summary>
    public const string PullPolicyVariable = "STASH_IMAGE_PULL_POLICY";

    private static readonly (string Name, string Path)[] Identity =
    [
        (PodNameVariable, "metadata.name"),
        (PodNamespaceVariable, "metadata.namespace"),
        (JobNameVariable, "metadata.labels['batch.kubernetes.io/job-name']"),
        (JobUidVariable, "metadata.labels['batch.kubernetes.io/controller-uid']"),
    ];

    /// <summary>Whether the backend can be reached from the runner's pod, so that retention, prune and check run there.</summary>
    public static bool ReachesBackend(Repository repository) => repository.Spec.Backend is { Local: null };

    /// <summary>Builds core/v1 Container.</summary>
    public static JsonObject Build(BackupConfiguration config, Repository repository, CronJobSettings settings)
    {
        var own = config.Spec.RuntimeSettings?.Container;
        var container = new JsonObject
        {
            ["name"] = RunnerPod.ContainerName,
            ["image"] = settings.Image,
            ["command"] = new JsonArray("stash-runner", "run"),
            ["args"] = new JsonArray(config.Kind == BackupBatch.KindName ? BatchOption : ConfigOption, config.Metadata.Name, "--namespace", Ownership.NamespaceOf(config)),
            ["env"] = Environment(own?.Env, settings),
            ["resources"] = new JsonObject
            {
                ["requests"] = new JsonObject { ["cpu"] = "50m", ["memory"] = "64Mi" },
            },
            ["securityContext"] = new JsonObject
            {
                ["allowPrivilegeEscalation"] = false,
                ["readOnlyRootFilesystem"] = true,
                ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
            },
            ["volumeMounts"] = Mounts(repository),
        };
        if (settings.ImagePullPolicy is { Length: > 0 } policy)
        {
            container["imagePullPolicy"] = policy;
        }

        if (own?.EnvFrom is { Count: > 0 } from)
        {
            container["envFrom"] = from.DeepClone();
        }

        Overlay.Merge(container["resources"]!.AsObject(), own?.Resources ?? []);
        Overlay.Merge(container["securityContext"]!.AsObject(), own?.SecurityContext ?? []);
        return container;
    }

    private static JsonArray Environment(JsonArray? own, CronJobSettings settings)
    {
        var environment = new JsonArray(
            new JsonObject { ["name"] = CacheVariable, ["value"] = SidecarNames.WorkPath + "/cache" },
            new JsonObject { ["name"] = ImageVariable, ["value"] = settings.Image });
        var taken = new HashSet<string>(StringComparer.Ordinal) { CacheVariable, ImageVariable, PullPolicyVariable };
        if (settings.ImagePullPolicy is { Length: > 0 } policy)
        {
            environment.Add((JsonNode)new JsonObject { ["name"] = PullPolicyVariable, ["value"] = policy });
        }

        foreach (var (name, path) in Identity)
        {
            taken.Add(name);
            environment.Add((JsonNode)new JsonObject
            {
                ["name"] = name,
                ["valueFrom"] = new JsonObject
                {
                    ["fieldRef"] = new JsonObject { ["apiVersion"] = "v1", ["fieldPath"] = path },
                },
            });
        }

        foreach (var entry in own ?? [])
        {
            if (entry?["name"]?.GetValue<string>() is { } name && taken.Add(name))
            {
                environment.Add(entry.DeepClone());
            }
        }

        return environment;
    }

    private static JsonArray Mounts(Repository repository)
    {
        var mounts = new JsonArray(
            Mount(SidecarNames.WorkVolume, SidecarNames.WorkPath),
            Mount(TempVolume, "/tmp"));
        if (ReachesBackend(repository))
        {
            var secret = Mount(SidecarNames.SecretVolume, SidecarNames.SecretPath);
            secret["readOnly"] = true;
            mounts.Add((JsonNode)secret);
        }

        return mounts;
    }

    private static JsonObject Mount(string volume, string path) => new() { ["name"] = volume, ["mountPath"] = path };
}
