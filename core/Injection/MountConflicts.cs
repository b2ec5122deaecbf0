using System.Text.Json.Nodes;

namespace Stash.Core.Injection;

/// <summary>Finds mounts of the sidecar that would cover each other, or hide its programs; pure.</summary>
internal static class MountConflicts
{
    /// <summary>The first; null when there is none.</summary>
    /// <param name="functions">Mounts of a custom sidecar's Function. What they hide of its image is its author's business.</param>
    /// <param name="targets">Mounts of what is backed up.</param>
    /// <param name="sidecars">Mounts that every sidecar has; a local backend's comes last.</param>
    public static InjectionSkip? Find(IReadOnlyList<JsonObject> functions, IReadOnlyList<JsonObject> targets, IReadOnlyList<JsonObject> sidecars)
    {
        string[] theirs = [.. Paths(functions), .. Paths(targets)];
        string[] ours = [.. Paths(sidecars)];
        for (var i = 0; i < theirs.Length; i++)
        {
            var other = ours.FirstOrDefault(path => MountPaths.Overlap(theirs[i], path))
                ?? theirs.Take(i).FirstOrDefault(path => MountPaths.Same(theirs[i], path))
                ?? (i < functions.Count ? null : MountPaths.Hidden(theirs[i]));
            if (other is not null)
            {
                return SkipReasons.MountConflict.For(theirs[i], other);
            }
        }

        // The last of ours is the local backend's, if there is one: the only one that a user places.
        var backend = ours[^1];
        var covered = ours[..^1].FirstOrDefault(path => MountPaths.Overlap(backend, path)) ?? MountPaths.Hidden(backend);
        return covered is null ? null : SkipReasons.MountConflict.For(backend, covered);
    }

    private static IEnumerable<string> Paths(IReadOnlyList<JsonObject> mounts) => mounts.Select(mount => mount.Text("mountPath") ?? "");
}
