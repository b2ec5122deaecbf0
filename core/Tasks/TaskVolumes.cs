using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Functions;
using Stash.Core.Injection;

namespace Stash.Core.Tasks;

/// <summary>The volumes of a Job's pod that are ours, and where every container has them.</summary>
/// <param name="Volumes">core/v1 Volumes.</param>
/// <param name="Mounts">core/v1 VolumeMounts.</param>
internal sealed record TaskVolumes(IReadOnlyList<JsonObject> Volumes, IReadOnlyList<JsonObject> Mounts)
{
    private const int OwnerAndGroupRead = 288; // 0440

    /// <summary>The Task's own volumes without variables.</summary>
    /// <returns>The first fault, or null.</returns>
    public static TaskFault? OfTask(TaskDefinition task, IReadOnlyDictionary<string, string> variables, out IReadOnlyList<JsonObject> volumes)
    {
        var faults = new List<(string Path, TemplateFault Fault)>();
        var expanded = TemplateTree.Expand(task.Spec.Volumes, "spec.volumes", variables, faults) as JsonArray ?? [];
        volumes = [.. expanded.OfType<JsonObject>().Select(volume => volume.DeepClone().AsObject())];
        if (faults.Count > 0)
        {
            return new TaskFault(TaskFaults.TaskUnusable, $"Task {task.Metadata.Name}: {faults[0].Path}: {faults[0].Fault.Message}");
        }

        var own = volumes.Select(volume => volume.Text("name")).FirstOrDefault(name => TaskNames.Volumes.Contains(name, StringComparer.Ordinal));
        return own is null ? null : new TaskFault(TaskFaults.TaskUnusable, $"Task {task.Metadata.Name}: volume {own} has a name of Stash's own; rename it");
    }

    /// <summary>Ours.</summary>
    /// <param name="run">The session.</param>
    /// <param name="interimClaim">Name of the interim claim; null where there is none.</param>
    /// <param name="forTarget">Whether a target that is a claim is mounted.</param>
    public static TaskVolumes Of(TaskRun run, string? interimClaim, bool forTarget)
    {
        var all = new TaskVolumes([], [])
            .With(EmptyDir(TaskNames.TempVolume, run.Config.Spec.TempDir), TaskNames.TempPath)
            .With(EmptyDir(SidecarNames.WorkVolume, null), SidecarNames.WorkPath)
            .With(Secret(run.Repository.Spec.Backend?.StorageSecretName), SidecarNames.SecretPath, readOnly: true);
        if (run.Repository.Spec.Backend?.Local is { } local && SidecarVolumes.Source(local.VolumeSource) is { } source)
        {
            all = all.With(
                new JsonObject { ["name"] = SidecarNames.LocalBackendVolume, [source] = local.VolumeSource![source]!.DeepClone() }, local.MountPath!);
        }

        if (interimClaim is not null)
        {
            all = all.With(Claim(TaskNames.InterimVolume, interimClaim), Variables.InterimPath);
        }

        return forTarget && run.Config.Spec.Target is { Ref: { Kind: TaskNames.ClaimKind, Name: { } target } } spec
            ? all.WithTarget(target, spec.VolumeMounts is [{ MountPath: not null } first, ..] ? first : null)
            : all;
    }

    /// <summary>The target's claim is read-only, so that neither a step nor the kubelet, for the pod's fsGroup, changes what is backed up.</summary>
    private TaskVolumes WithTarget(string claim, VolumeMount? wish)
    {
        var volume = Claim(TaskNames.TargetVolume, claim);
        volume["persistentVolumeClaim"]!["readOnly"] = true;
        var all = With(volume, wish?.MountPath ?? Variables.DefaultMountPath, readOnly: true);
        if (wish?.SubPath is { Length: > 0 } folder)
        {
            all.Mounts[^1]["subPath"] = folder;
        }

        return all;
    }

    private TaskVolumes With(JsonObject volume, string path, bool readOnly = false)
    {
        var mount = new JsonObject { ["name"] = volume.Text("name"), ["mountPath"] = path };
        if (readOnly)
        {
            mount["readOnly"] = true;
        }

        return new TaskVolumes([.. Volumes, volume], [.. Mounts, mount]);
    }

    private static JsonObject EmptyDir(string name, TempDir? wish)
    {
        var source = new JsonObject();
        if (wish?.Medium is { Length: > 0 } medium)
        {
            source["medium"] = medium;
        }

        if (wish?.SizeLimit is { Length: > 0 } limit)
        {
            source["sizeLimit"] = limit;
        }

        return new JsonObject { ["name"] = name, ["emptyDir"] = source };
    }

    /// <summary>Optional, so that a missing Secret ends in a failure that says so and not in a pod that waits for it.</summary>
    private static JsonObject Secret(string? name) => new()
    {
        ["name"] = SidecarNames.SecretVolume,
        ["secret"] = new JsonObject { ["secretName"] = name, ["defaultMode"] = OwnerAndGroupRead, ["optional"] = true },
    };

    private static JsonObject Claim(string volume, string claim) =>
        new() { ["name"] = volume, ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = claim } };
}
