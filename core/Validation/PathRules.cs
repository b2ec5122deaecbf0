using Stash.Core.Api;

namespace Stash.Core.Validation;

/// <summary><c>spec.target.paths</c> and <c>spec.target.volumeMounts</c>, and how they fit together.</summary>
internal static class PathRules
{
    private const int MostPaths = 500;

    public static void Check(BackupConfigurationSpec spec, BackupTarget target, LocalBackend? local, FieldPath field, Findings findings)
    {
        var mounts = VolumeMountRules.Check(target.VolumeMounts ?? [], field["volumeMounts"], local, findings);
        var paths = field["paths"];
        var bySidecar = spec.Task is null && target.Sidecar is null && spec.Driver != Drivers.VolumeSnapshotter;
        if (bySidecar && target.Paths is not { Count: > 0 })
        {
            findings.Required(paths, "name at least one folder, as the application's container sees it");
            return;
        }

        if (target.Paths is { Count: > MostPaths } many)
        {
            findings.TooMany(paths, many.Count, MostPaths, "name the folders above them");
            return;
        }

        var good = CheckEach(target.Paths ?? [], paths, findings);
        foreach (var (path, place) in good)
        {
            if (local?.MountPath is { } repository && PathForm.IsWithin(path, repository))
            {
                findings.Invalid(place, path, $"lies in the repository's own mount {repository}: a repository is not backed up into itself");
            }
            else if (mounts.Count > 0 && !mounts.Exists(mount => PathForm.IsWithin(path, mount)))
            {
                findings.Invalid(place, path, "lies in no entry of spec.target.volumeMounts: the sidecar would not see it");
            }
        }

        WarnOfNested([.. good.Keys], paths, findings);
    }

    /// <summary>Judges each path by itself; returns the good ones, each with its place.</summary>
    private static Dictionary<string, FieldPath> CheckEach(IReadOnlyList<string> paths, FieldPath field, Findings findings)
    {
        var good = new Dictionary<string, FieldPath>(StringComparer.Ordinal);
        for (var i = 0; i < paths.Count; i++)
        {
            if (PathForm.FaultOfAbsolute(paths[i]) is { } fault)
            {
                findings.Invalid(field[i], paths[i], fault);
            }
            else if (paths[i] == "/")
            {
                findings.Invalid(field[i], paths[i], "is the sidecar's own root: name the folders that the application's volumes are mounted at");
            }
            else if (PathForm.ReservedAround(paths[i]) is { } own)
            {
                findings.Invalid(field[i], paths[i], $"lies in {own}, which is the sidecar's own");
            }
            else if (!good.TryAdd(paths[i], field[i]))
            {
                findings.Duplicate(field[i], paths[i]);
            }
            else if (paths[i].Contains('*'))
            {
                findings.Warn(field[i], "a * is taken as it stands: patterns belong in spec.target.exclude");
            }
        }

        return good;
    }

    private static void WarnOfNested(List<string> paths, FieldPath field, Findings findings)
    {
        foreach (var path in paths)
        {
            if (paths.Find(other => other != path && PathForm.IsWithin(path, other)) is { } around)
            {
                findings.Warn(field, $"{path} lies in {around}, which is backed up already");
            }
        }
    }
}
