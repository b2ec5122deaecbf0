using System.Text.Json;
using System.Text.Json.Nodes;

namespace Stash.Core.Validation;

/// <summary>A core/v1 VolumeSource that stands inlined in <c>spec.backend.local</c>.</summary>
internal static class VolumeSourceRules
{
    private static readonly string[] Sources =
    [
        "persistentVolumeClaim", "hostPath", "nfs", "emptyDir", "csi", "cephfs", "glusterfs", "iscsi", "fc", "rbd", "azureFile", "azureDisk",
        "awsElasticBlockStore", "gcePersistentDisk", "cinder", "vsphereVolume", "portworxVolume", "storageos", "scaleIO", "quobyte", "flexVolume", "ephemeral",
    ];

    public static void Check(JsonObject? source, FieldPath field, Findings findings)
    {
        var given = (source ?? []).Select(entry => entry.Key).ToArray();
        if (given.Length == 0)
        {
            findings.Required(field, "name a volume, for example persistentVolumeClaim: {claimName: backups}");
            return;
        }

        foreach (var name in given.Where(name => !Sources.Contains(name, StringComparer.Ordinal)))
        {
            var hint = NearestName.Find(name, Sources) is { } nearest ? $"; did you mean {nearest}?" : "";
            findings.Invalid(field[name], name, $"is no kind of volume that can hold a repository{hint}");
        }

        foreach (var further in given.Where(name => Sources.Contains(name, StringComparer.Ordinal)).Skip(1))
        {
            findings.Forbidden(field[further], "may not specify more than 1 volume type");
        }

        CheckKnown(source!, field, findings);
    }

    private static void CheckKnown(JsonObject source, FieldPath field, Findings findings)
    {
        if (source.ContainsKey("emptyDir"))
        {
            findings.Warn(field["emptyDir"], "the snapshots die with the pod");
        }

        if (source.ContainsKey("hostPath"))
        {
            findings.Warn(field["hostPath"], "is another folder on every node, and restricted pods may not mount it");
        }

        Require(source, field, "persistentVolumeClaim", "claimName", findings);
        Require(source, field, "hostPath", "path", findings);
        Require(source, field, "nfs", "server", findings);
        Require(source, field, "nfs", "path", findings);
    }

    private static void Require(JsonObject source, FieldPath field, string kind, string name, Findings findings)
    {
        if (!source.TryGetPropertyValue(kind, out var volume))
        {
            return;
        }

        if (volume is not JsonObject || volume[name]?.GetValueKind() != JsonValueKind.String || volume[name]!.GetValue<string>().Length == 0)
        {
            findings.Required(field[kind][name]);
        }
    }
}
