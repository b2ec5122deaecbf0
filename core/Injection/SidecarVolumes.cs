using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.Injection;

/// <summary>What the sidecar mounts beside what it backs up, and the volumes that the pod needs for it.</summary>
/// <param name="Added">core/v1 Volumes to add to the pod.</param>
/// <param name="Mounts">core/v1 VolumeMounts of the sidecar.</param>
internal sealed record SidecarVolumes(IReadOnlyList<JsonObject> Added, IReadOnlyList<JsonObject> Mounts)
{
    /// <summary>Name of the empty volume that stands where a service account's token would.</summary>
    public const string NoTokenVolume = "stash-no-token";

    /// <summary>Names of volumes that the pod must not have of its own.</summary>
    public static readonly IReadOnlyList<string> Names =
        [SidecarNames.WorkVolume, SidecarNames.SecretVolume, SidecarNames.LocalBackendVolume, NoTokenVolume];

    // A volume without a known source becomes an emptyDir, and the backups would end with the pod. These can be written to.
    private static readonly string[] WritableSources =
    [
        "persistentVolumeClaim", "hostPath", "nfs", "emptyDir", "csi", "ephemeral", "azureFile", "azureDisk", "awsElasticBlockStore",
        "gcePersistentDisk", "cephfs", "cinder", "fc", "flexVolume", "flocker", "glusterfs", "iscsi", "portworxVolume", "quobyte", "rbd",
        "scaleIO", "storageos", "vsphereVolume", "photonPersistentDisk",
    ];

    /// <summary>What is wrong with a Repository's backend as far as the sidecar needs it; null when nothing.</summary>
    public static string? Fault(Backend? backend) => backend switch
    {
        null => "spec.backend: Required value",
        { StorageSecretName: null or "" } => "spec.backend.storageSecretName: Required value",
        { Local: { MountPath: not ['/', ..] } } => "spec.backend.local.mountPath must be an absolute path",
        { Local: { } local } when Source(local.VolumeSource) is null => "spec.backend.local needs one volume source",
        _ => null,
    };

    /// <summary>The volumes for a backend without <see cref="Fault"/>.</summary>
    public static SidecarVolumes For(PodView pod, Backend backend, TempDir? tempDir)
    {
        List<JsonObject> added = [Work(tempDir), Secret(backend.StorageSecretName!), NoToken()];
        List<JsonObject> mounts =
        [
            Mount(SidecarNames.WorkVolume, SidecarNames.WorkPath),
            Mount(SidecarNames.SecretVolume, SidecarNames.SecretPath, readOnly: true),
            Mount(NoTokenVolume, MountPaths.Token, readOnly: true),
        ];
        if (backend.Local is { } local)
        {
            var volume = local.VolumeSource!;
            var name = PodVolumeOf(pod, volume) ?? SidecarNames.LocalBackendVolume;
            if (name == SidecarNames.LocalBackendVolume)
            {
                var source = Source(volume)!;
                added.Add(new JsonObject { ["name"] = name, [source] = volume[source]!.DeepClone() });
            }

            mounts.Add(Mount(name, local.MountPath!));
        }

        return new SidecarVolumes(added, mounts);
    }

    /// <summary>The one writable source that a local backend's volume names; null where there is none, or more.</summary>
    internal static string? Source(JsonObject? volume)
    {
        string[] sources = [.. WritableSources.Where(source => volume?[source] is JsonObject)];
        return sources.Length == 1 ? sources[0] : null;
    }

    private static string? PodVolumeOf(PodView pod, JsonObject volume) =>
        volume.Object("persistentVolumeClaim").Text("claimName") is { } claim
            ? pod.Volumes.FirstOrDefault(one => one.Object("persistentVolumeClaim") is { } source
                && source.Text("claimName") == claim
                && source.Flag("readOnly") is not true)?.Text("name")
            : null;

    private static JsonObject Work(TempDir? tempDir)
    {
        var emptyDir = new JsonObject();
        if (!string.IsNullOrEmpty(tempDir?.Medium))
        {
            emptyDir["medium"] = tempDir.Medium;
        }

        if (!string.IsNullOrEmpty(tempDir?.SizeLimit))
        {
            emptyDir["sizeLimit"] = tempDir.SizeLimit;
        }

        return new JsonObject { ["name"] = SidecarNames.WorkVolume, ["emptyDir"] = emptyDir };
    }

    private static JsonObject Secret(string name) => new()
    {
        ["name"] = SidecarNames.SecretVolume,
        ["secret"] = new JsonObject
        {
            ["secretName"] = name,
            // Octal 0444. The files belong to root, and only an fsGroup, which is the user's to set, would let 0440 be read by another
            // user. Nobody else sees them: no other container mounts this volume.
            ["defaultMode"] = 292,
            // A Secret that is not there yet must not keep the application from starting: the sidecar says so when it is woken.
            ["optional"] = true,
        },
    };

    // A pod's containers all get the token of its service account. The ServiceAccount admission plugin runs before the webhooks and
    // again after one has changed the pod; it passes over a container that has a mount at that very path.
    private static JsonObject NoToken() => new() { ["name"] = NoTokenVolume, ["emptyDir"] = new JsonObject() };

    private static JsonObject Mount(string volume, string path, bool readOnly = false)
    {
        var mount = new JsonObject { ["name"] = volume, ["mountPath"] = path };
        if (readOnly)
        {
            mount["readOnly"] = true;
        }

        return mount;
    }
}
