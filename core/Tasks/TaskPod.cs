using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.CronJobs;
using Stash.Core.Functions;
using Stash.Core.Injection;

namespace Stash.Core.Tasks;

/// <summary>The pod of a Task's Job; pure.</summary>
internal static class TaskPod
{
    /// <summary>What only containers that keep running may have.</summary>
    private static readonly string[] NotInInit = ["livenessProbe", "readinessProbe", "lifecycle", "ports"];

    /// <summary>Mounts of volumes that the pod does not have: the API server would refuse the Job with words that name no Function.</summary>
    public static TaskFault? FaultOfMounts(IReadOnlyList<TaskContainer> steps, IReadOnlyList<JsonObject> volumes, TaskVolumes own)
    {
        var names = volumes.Concat(own.Volumes).Select(volume => volume.Text("name")).ToHashSet(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            var missing = (step.Spec.VolumeMounts ?? []).Concat(step.Spec.VolumeDevices ?? []).OfType<JsonObject>()
                .Select(mount => mount.Text("name")).FirstOrDefault(name => !names.Contains(name));
            if (missing is not null)
            {
                return new TaskFault(TaskFaults.FunctionUnusable, $"step {step.Name} mounts volume {missing}, which the Task does not have: add it to the Task's spec.volumes");
            }
        }

        return null;
    }

    /// <summary>Builds core/v1 PodTemplateSpec.</summary>
    /// <param name="run">The session.</param>
    /// <param name="steps">The containers; the last is the pod's own.</param>
    /// <param name="volumes">Volumes of the Task.</param>
    /// <param name="own">Ours.</param>
    public static JsonObject Template(TaskRun run, IReadOnlyList<TaskContainer> steps, IReadOnlyList<JsonObject> volumes, TaskVolumes own)
    {
        var spec = new JsonObject
        {
            ["restartPolicy"] = "Never",
            ["automountServiceAccountToken"] = false,
            ["securityContext"] = FunctionContainer.PodSecurity(steps[^1].Spec),
        };
        if (steps.Count > 1)
        {
            spec["initContainers"] = new JsonArray([.. steps.SkipLast(1).Select(step => (JsonNode)InitContainer(run, step, own))]);
        }

        spec["containers"] = new JsonArray(Container(run, steps[^1], own));
        spec["volumes"] = new JsonArray([.. own.Volumes.Concat(volumes).Select(volume => volume.DeepClone())]);
        var settings = steps.Select(step => step.Spec.RuntimeSettings?.Pod).Append(run.Config.Spec.RuntimeSettings?.Pod).OfType<PodRuntimeSettings>().ToList();
        foreach (var (field, value) in settings.SelectMany(one => one.Rest ?? []))
        {
            PodOverlay.TakeOver(spec, field, value);
        }

        if (settings.Select(one => one.ServiceAccountName).LastOrDefault(name => !string.IsNullOrEmpty(name)) is { } account)
        {
            spec["serviceAccountName"] = account;
            spec["automountServiceAccountToken"] = true;
        }

        if (run.Node is { } node)
        {
            NodeAffinity.Require(spec, node);
        }

        return new JsonObject { ["metadata"] = Metadata(run, settings), ["spec"] = spec };
    }

    private static JsonObject Metadata(TaskRun run, List<PodRuntimeSettings> settings)
    {
        var metadata = new JsonObject();
        var labels = Copy(settings.SelectMany(one => one.PodLabels ?? new Dictionary<string, string>()));
        Overlay.Merge(labels, Ownership.LabelsFor(run.Config));
        metadata["labels"] = labels;
        var annotations = Copy(settings.SelectMany(one => one.PodAnnotations ?? new Dictionary<string, string>()));
        if (annotations.Count > 0)
        {
            metadata["annotations"] = annotations;
        }

        return metadata;
    }

    private static JsonObject InitContainer(TaskRun run, TaskContainer step, TaskVolumes own)
    {
        var container = Container(run, step, own);
        foreach (var field in NotInInit)
        {
            container.Remove(field);
        }

        return container;
    }

    /// <summary>A Function's own mount at one of our paths takes its place.</summary>
    private static JsonObject Container(TaskRun run, TaskContainer step, TaskVolumes own)
    {
        var container = FunctionContainer.Build(step.Spec, step.Name);
        var environment = container["env"] as JsonArray ?? [];
        container["env"] = new JsonArray(
        [
            new JsonObject { ["name"] = TaskNames.OrderVariable, ["value"] = Order(run) },
            .. environment.Select(entry => entry?.DeepClone()),
        ]);
        var mounts = (container["volumeMounts"] as JsonArray ?? []).OfType<JsonObject>().Select(mount => mount.DeepClone().AsObject()).ToList();
        var taken = mounts.Select(mount => mount.Text("mountPath")).ToHashSet(StringComparer.Ordinal);
        mounts.AddRange(own.Mounts.Where(mount => !taken.Contains(mount.Text("mountPath"))).Select(mount => mount.DeepClone().AsObject()));
        container["volumeMounts"] = new JsonArray([.. mounts]);
        return container;
    }

    /// <summary>Kubernetes takes <c>$(NAME)</c> in a value for a variable, and two dollars for one.</summary>
    private static string Order(TaskRun run) =>
        JsonSerializer.Serialize(run.Order, StashJson.Default.SignalRequest).Replace("$", "$$", StringComparison.Ordinal);

    private static JsonObject Copy(IEnumerable<KeyValuePair<string, string>> pairs)
    {
        var copy = new JsonObject();
        foreach (var (key, value) in pairs)
        {
            copy[key] = value;
        }

        return copy;
    }
}
