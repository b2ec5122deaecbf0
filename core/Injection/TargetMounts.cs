using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.Injection;

/// <summary>Finds the container that a config is about, and the mounts through which the sidecar sees what it sees.</summary>
/// <param name="Container">The container of the user's whose identity and mounts are taken.</param>
/// <param name="Mounts">Its mounts, read-only.</param>
internal sealed record TargetMounts(JsonObject Container, IReadOnlyList<JsonObject> Mounts)
{
    /// <summary>Finds them.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="configName">Name of the config, for sentences.</param>
    /// <param name="target">Its target.</param>
    /// <param name="custom">The custom sidecar, whose own mounts stand before these; null for the pre-defined one.</param>
    /// <returns>The mounts, or the skip that says why there are none.</returns>
    public static (TargetMounts? Found, InjectionSkip? Skip) Find(PodView pod, string configName, BackupTarget target, CustomSidecar? custom)
    {
        var (found, skip) = (target, custom) switch
        {
            ({ VolumeMounts: { Count: > 0 } given }, _) => Given(pod, configName, target, given),
            ({ Paths: not { Count: > 0 } }, { } own) => (new TargetMounts(Mounting(pod, own.Mounts.Select(mount => mount.Text("name"))), []), null),
            _ => Copied(pod, configName, target.Paths ?? [], custom),
        };
        if (found is null)
        {
            return (null, skip);
        }

        var volumes = pod.Volumes.Select(volume => volume.Text("name")).ToHashSet(StringComparer.Ordinal);
        var missing = found.Mounts.Select(mount => mount.Text("name") ?? "").FirstOrDefault(name => !volumes.Contains(name));
        return missing is not null ? (null, SkipReasons.VolumeMissing.For(missing, configName))
            : custom is null ? (found, null)
            : (found with { Mounts = [.. found.Mounts.Where(mount => !custom.Mounted(mount))] }, null);
    }

    /// <summary>The first container that mounts one of the volumes, else the pod's first.</summary>
    private static JsonObject Mounting(PodView pod, IEnumerable<string?> volumes)
    {
        var names = volumes.ToHashSet(StringComparer.Ordinal);
        return pod.Containers.FirstOrDefault(one => one.Objects("volumeMounts").Any(mount => names.Contains(mount.Text("name")))) ?? pod.Containers[0];
    }

    private static (TargetMounts?, InjectionSkip?) Given(PodView pod, string configName, BackupTarget target, IReadOnlyList<VolumeMount> given)
    {
        for (var i = 0; i < given.Count; i++)
        {
            if (string.IsNullOrEmpty(given[i].Name) || given[i].MountPath is not ['/', ..])
            {
                return (null, SkipReasons.ConfigInvalid.For(configName, $"spec.target.volumeMounts[{i}] needs name and an absolute mountPath"));
            }
        }

        var unheld = target.Paths?.FirstOrDefault(path => !given.Any(mount => MountPaths.Holds(mount.MountPath!, path)));
        if (unheld is not null)
        {
            return (null, SkipReasons.PathNotMounted.For(unheld, configName));
        }

        var container = Mounting(pod, given.Select(mount => mount.Name));
        return (new TargetMounts(container, [.. given.Select(mount => ReadOnly(JsonSerializer.SerializeToNode(mount, StashJson.Default.VolumeMount)!.AsObject()))]), null);
    }

    private static (TargetMounts?, InjectionSkip?) Copied(PodView pod, string configName, IReadOnlyList<string> paths, CustomSidecar? custom)
    {
        if (paths.Count == 0)
        {
            return (null, SkipReasons.ConfigInvalid.For(configName, "spec.target.paths: Required value"));
        }

        string? firstUnheld = null;
        foreach (var container in pod.Containers)
        {
            JsonObject[] mounts = [.. container.Objects("volumeMounts").Where(mount => mount.Text("mountPath") is ['/', ..])];
            var unheld = paths.FirstOrDefault(path => Holder(mounts, path) is null && custom?.Holds(path) is not true);
            if (unheld is null)
            {
                return (new TargetMounts(container, [.. mounts.Where(mount => IsSeen(mounts, mount, paths)).Select(ReadOnly)]), null);
            }

            firstUnheld ??= unheld;
        }

        return (null, SkipReasons.PathNotMounted.For(firstUnheld!, configName));
    }

    // The mount that a path is on, and those further down, so that the sidecar sees under a path what the application sees there.
    private static bool IsSeen(JsonObject[] mounts, JsonObject mount, IReadOnlyList<string> paths) =>
        mount.Text("mountPath") != MountPaths.Token
        && paths.Any(path => Holder(mounts, path) == mount || MountPaths.Holds(path, mount.Text("mountPath")!));

    private static JsonObject? Holder(JsonObject[] mounts, string path) => mounts
        .Where(mount => MountPaths.Holds(mount.Text("mountPath")!, path))
        .MaxBy(mount => mount.Text("mountPath")!.TrimEnd('/').Length);

    private static JsonObject ReadOnly(JsonObject mount)
    {
        var copy = mount.DeepClone().AsObject();
        copy["readOnly"] = true;
        if (copy.Text("mountPropagation") is "Bidirectional" or "HostToContainer")
        {
            // Bidirectional is for privileged containers; what others mount later is still seen. It excludes recursiveReadOnly.
            copy["mountPropagation"] = "HostToContainer";
            copy.Remove("recursiveReadOnly");
        }
        else
        {
            // Without it, mounts inside the volume stay writable. API servers before 1.30 drop the field.
            copy["recursiveReadOnly"] = "IfPossible";
        }

        return copy;
    }
}
