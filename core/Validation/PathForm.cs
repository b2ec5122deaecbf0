using Stash.Core.Api;

namespace Stash.Core.Validation;

/// <summary>The form of paths in a container, and which of them are the sidecar's own.</summary>
internal static class PathForm
{
    private static readonly string[] Reserved = [SidecarNames.WorkPath, SidecarNames.SecretPath];

    /// <summary>PATH_MAX of Linux, in characters here.</summary>
    private const int Longest = 4096;

    /// <summary>What is wrong with an absolute path; null when nothing is.</summary>
    public static string? FaultOfAbsolute(string path)
    {
        if (!path.StartsWith('/'))
        {
            return "must be an absolute path: begin it with /";
        }

        if (path.Length > Longest)
        {
            return "must be at most 4096 long";
        }

        if (path.AsSpan().IndexOfAnyInRange('\0', '\x1f') >= 0)
        {
            return "must not hold control characters";
        }

        return path.Length > 1 && Normal(path) is var normal && normal != path ? $"must be in normal form: write {normal}" : null;
    }

    /// <summary>What is wrong with a path in a volume; null when nothing is.</summary>
    public static string? FaultOfRelative(string path)
    {
        if (path.StartsWith('/'))
        {
            return "must be relative to the volume: leave out the leading /";
        }

        return path.Split('/').Contains("..", StringComparer.Ordinal) ? "must not contain \"..\"" : null;
    }

    /// <summary>Whether <paramref name="path"/> is <paramref name="folder"/> or lies in it; both in normal form.</summary>
    public static bool IsWithin(string path, string folder) =>
        path == folder || folder == "/" || path.StartsWith(folder + "/", StringComparison.Ordinal);

    /// <summary>The sidecar's own folder that a path meets, from above or from within.</summary>
    public static string? ReservedNear(string path) => Array.Find(Reserved, own => IsWithin(path, own) || IsWithin(own, path));

    /// <summary>The sidecar's own folder that a path lies in.</summary>
    public static string? ReservedAround(string path) => Array.Find(Reserved, own => IsWithin(path, own));

    private static string Normal(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == "..")
            {
                parts.RemoveRange(Math.Max(0, parts.Count - 1), Math.Min(1, parts.Count));
            }
            else if (part != ".")
            {
                parts.Add(part);
            }
        }

        return "/" + string.Join('/', parts);
    }
}
