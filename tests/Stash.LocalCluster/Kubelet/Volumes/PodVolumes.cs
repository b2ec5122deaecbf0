using System.Text.Json.Nodes;
using Stash.LocalCluster.Kubelet.Sandbox;

namespace Stash.LocalCluster.Kubelet.Volumes;

/// <summary>A pod's volumes as folders and files of this machine.</summary>
internal sealed class PodVolumes(string folder, VolumeContent content, ClaimFolders claims, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal);
    private readonly HashSet<string> _readOnly = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _tokens = new(StringComparer.Ordinal);

    /// <summary>Sets every volume up.</summary>
    /// <exception cref="VolumeFault">One cannot be set up yet.</exception>
    public void SetUp(JsonObject pod)
    {
        var group = (int?)pod.Number("spec", "securityContext", "fsGroup");
        lock (_lock)
        {
            foreach (var volume in pod.Objects("spec", "volumes"))
            {
                _paths[volume.Text("name")!] = PathOf(pod, volume, group);
            }
        }
    }

    /// <summary>Writes anew what Secrets, ConfigMaps and the pod's own fields say now; what has gone meanwhile stays as it was.</summary>
    /// <param name="latest">Asked under the lock, so that an older state never overwrites a newer one.</param>
    public void Refresh(Func<JsonObject> latest)
    {
        lock (_lock)
        {
            var pod = latest();
            var group = (int?)pod.Number("spec", "securityContext", "fsGroup");
            foreach (var volume in pod.Objects("spec", "volumes")
                .Where(volume => VolumeContent.Is(volume) && _paths.ContainsKey(volume.Text("name")!)))
            {
                try
                {
                    Fill(pod, volume, group);
                }
                catch (VolumeFault)
                {
                    // Kept as it was, as the kubelet does.
                }
            }
        }
    }

    /// <summary>A container's mounts.</summary>
    /// <exception cref="VolumeFault">A subPath leaves its volume.</exception>
    public IReadOnlyList<SandboxMount> MountsOf(JsonObject container, IReadOnlyDictionary<string, string> environment) =>
        [.. container.Objects("volumeMounts").Select(mount =>
        {
            var root = _paths.GetValueOrDefault(mount.Text("name") ?? "")
                ?? throw new VolumeFault($"volumeMounts names no volume: \"{mount.Text("name")}\"");
            var sub = mount.Text("subPathExpr") is { } expression ? ContainerEnvironment.Expand(expression, environment) : mount.Text("subPath");
            return new SandboxMount(Sub(root, sub), mount.Text("mountPath")!, mount.Flag("readOnly") || _readOnly.Contains(mount.Text("name")!));
        })];

    private string PathOf(JsonObject pod, JsonObject volume, int? group)
    {
        if (VolumeContent.Is(volume))
        {
            return Fill(pod, volume, group);
        }

        if (volume.ContainsKey("emptyDir"))
        {
            return Shared(Path.Join(folder, volume.Text("name")), group);
        }

        if (volume.Text("persistentVolumeClaim", "claimName") is { } claim)
        {
            // A claim that the pod takes read-only is not given to its fsGroup.
            var readOnly = volume.At("persistentVolumeClaim").Flag("readOnly");
            if (readOnly)
            {
                _readOnly.Add(volume.Text("name")!);
            }

            return Shared(claims.Of(pod.Namespace(), claim), readOnly ? null : group);
        }

        return volume.At("hostPath") is { } host
            ? HostPath.Check(volume.Text("name")!, host.Text("path")!, host.Text("type") ?? "")
            : throw new VolumeFault($"volume \"{volume.Text("name")}\": the local cluster knows emptyDir, persistentVolumeClaim, hostPath, "
                + "secret, configMap, downwardAPI and projected");
    }

    private string Fill(JsonObject pod, JsonObject volume, int? group)
    {
        var path = Path.Join(folder, volume.Text("name"));
        AtomicFolder.Write(path, content.Of(pod, volume, _tokens), group, time.GetUtcNow());
        return path;
    }

    // Open to all, as emptyDir and local volumes are; with an fsGroup the group owns all of it and what will be made in it.
    private static string Shared(string path, int? group)
    {
        if (!Directory.Exists(path))
        {
            Directory.CreateDirectory(path);
            File.SetUnixFileMode(path, (UnixFileMode)0b111_111_111);
        }

        if (group is { } gid)
        {
            VolumeOwnership.Give(path, gid);
        }

        return path;
    }

    private static string Sub(string root, string? sub)
    {
        if (string.IsNullOrEmpty(sub))
        {
            return root;
        }

        if (Path.IsPathRooted(sub) || sub.Split('/').Contains("..", StringComparer.Ordinal))
        {
            throw new VolumeFault($"subPath \"{sub}\" must stay within the volume");
        }

        var path = Path.Join(root, sub);
        if (!Path.Exists(path))
        {
            // As open as the volume itself, or a pod that is not root could not write there; the group comes from the setgid bit.
            Directory.CreateDirectory(path);
            File.SetUnixFileMode(path, File.GetUnixFileMode(root));
        }

        return path;
    }
}
