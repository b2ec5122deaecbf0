namespace Stash.Core.Injection;

/// <summary>Absolute paths in a container, compared by segment.</summary>
internal static class MountPaths
{
    /// <summary>Where the ServiceAccount admission plugin mounts a token.</summary>
    public const string Token = "/var/run/secrets/kubernetes.io/serviceaccount";

    // A mount at one of these, or above, would hide the programs of the sidecar's image or what the runtime puts there.
    private static readonly string[] Needed =
        ["/proc", "/sys", "/dev", "/bin", "/sbin", "/lib", "/lib64", "/usr/bin", "/usr/lib", "/usr/local/bin", "/etc/ssl"];

    /// <summary>Whether <paramref name="path"/> is <paramref name="folder"/> or below it.</summary>
    public static bool Holds(string folder, string path)
    {
        var (outer, inner) = (Canonical(folder), Canonical(path));
        return inner.StartsWith(outer, StringComparison.Ordinal)
            && (inner.Length == outer.Length || inner[outer.Length] == '/');
    }

    /// <summary>Whether one of two mounts would cover, or need a folder in, the other.</summary>
    public static bool Overlap(string one, string other) => Holds(one, other) || Holds(other, one);

    /// <summary>Whether two paths are one.</summary>
    public static bool Same(string one, string other) => Holds(one, other) && Holds(other, one);

    /// <summary>What a mount at <paramref name="path"/> would hide; null when nothing.</summary>
    public static string? Hidden(string path) => Needed.FirstOrDefault(needed => Holds(path, needed));

    // /var/run is a link to /run in nearly every image. The root becomes the empty string, which every path starts with.
    private static string Canonical(string path)
    {
        var joined = IsPlain(path) ? path : Joined(path);
        return joined == "/var/run" || joined.StartsWith("/var/run/", StringComparison.Ordinal) ? joined[4..] : joined;
    }

    private static bool IsPlain(string path) =>
        path is ['/', .., not '/']
        && !path.Contains("//", StringComparison.Ordinal)
        && !path.Contains("/./", StringComparison.Ordinal)
        && !path.EndsWith("/.", StringComparison.Ordinal);

    private static string Joined(string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(segment => segment != ".");
        return string.Concat(segments.Select(segment => "/" + segment));
    }
}
