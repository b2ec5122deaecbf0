using Stash.Core.Api;

namespace Stash.Core.Validation;

/// <summary><c>spec.target.volumeMounts</c>: core/v1 VolumeMounts of the sidecar.</summary>
internal static class VolumeMountRules
{
    private const int MostMounts = 200;

    private static readonly string[] OwnVolumes = [SidecarNames.WorkVolume, SidecarNames.SecretVolume, SidecarNames.LocalBackendVolume];

    private static readonly string[] PassedOn = ["mountPropagation", "recursiveReadOnly"];

    /// <summary>Judges the mounts; returns the good mount paths.</summary>
    public static List<string> Check(IReadOnlyList<VolumeMount> mounts, FieldPath field, LocalBackend? local, Findings findings)
    {
        var good = new List<string>();
        if (mounts.Count > MostMounts)
        {
            findings.TooMany(field, mounts.Count, MostMounts, "mount the folders above them");
            return good;
        }

        for (var i = 0; i < mounts.Count; i++)
        {
            CheckVolume(mounts[i], field[i], findings);
            var path = mounts[i].MountPath;
            var place = field[i]["mountPath"];
            if (string.IsNullOrEmpty(path))
            {
                findings.Required(place);
            }
            else if (PathForm.FaultOfAbsolute(path) is { } fault)
            {
                findings.Invalid(place, path, fault);
            }
            else if (path.Contains(':'))
            {
                findings.Invalid(place, path, "must not contain ':'");
            }
            else if (PathForm.ReservedNear(path) is { } own)
            {
                findings.Invalid(place, path, $"would cover {own}, which is the sidecar's own");
            }
            else if (path == local?.MountPath)
            {
                findings.Invalid(place, path, "is where the Repository's own volume is mounted");
            }
            else if (good.Contains(path, StringComparer.Ordinal))
            {
                findings.DuplicateKey(field[i], "mountPath", path);
            }
            else
            {
                good.Add(path);
            }
        }

        return good;
    }

    private static void CheckVolume(VolumeMount mount, FieldPath field, Findings findings)
    {
        if (string.IsNullOrEmpty(mount.Name))
        {
            findings.Required(field["name"], "the name of a volume of the workload's pods");
        }
        else if (!NameRules.IsLabel(mount.Name))
        {
            findings.Invalid(field["name"], mount.Name, NameRules.LabelForm);
        }
        else if (OwnVolumes.Contains(mount.Name, StringComparer.Ordinal))
        {
            findings.Invalid(field["name"], mount.Name, "is a volume of the sidecar's own");
        }

        if (mount.SubPath is { Length: > 0 } folder && PathForm.FaultOfRelative(folder) is { } fault)
        {
            findings.Invalid(field["subPath"], folder, fault);
        }

        if (mount.SubPathExpr is { Length: > 0 } expression)
        {
            if (mount.SubPath is { Length: > 0 })
            {
                findings.Invalid(field["subPathExpr"], expression, "subPathExpr and subPath are mutually exclusive");
            }
            else if (PathForm.FaultOfRelative(expression) is { } wrong)
            {
                findings.Invalid(field["subPathExpr"], expression, wrong);
            }
        }

        foreach (var name in (mount.Rest ?? []).Select(entry => entry.Key).Where(name => !PassedOn.Contains(name, StringComparer.Ordinal)))
        {
            findings.Warn($"unknown field \"{field[name]}\"");
        }
    }
}
