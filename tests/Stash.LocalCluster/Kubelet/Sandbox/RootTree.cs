namespace Stash.LocalCluster.Kubelet.Sandbox;

/// <summary>
/// The root of a container: the machine's own system folders, read-only, on a root of its own. A mount point that the machine does not
/// have gets its folder laid anew, entry by entry, because nothing can be made in a read-only one.
/// </summary>
internal static class RootTree
{
    private static readonly string[] SystemFolders = ["usr", "etc", "opt", "bin", "sbin", "lib", "lib32", "lib64", "libx32"];

    /// <summary>The path that <paramref name="target"/> really is: <c>/bin</c> may be a link to <c>usr/bin</c>, <c>/var/run</c> is <c>/run</c>.</summary>
    public static string Resolve(string target)
    {
        var path = Path.GetFullPath(target, "/").TrimEnd('/');
        if (path == "/var/run" || path.StartsWith("/var/run/", StringComparison.Ordinal))
        {
            return path["/var".Length..];
        }

        var top = path.Split('/', 3);
        return top.Length > 1 && SystemFolders.Contains(top[1], StringComparer.Ordinal) && new DirectoryInfo("/" + top[1]).LinkTarget is { } link
            ? Path.GetFullPath(link, "/") + (top.Length > 2 ? "/" + top[2] : "")
            : path;
    }

    /// <summary>bwrap's options for the root, with a place for each of <paramref name="targets"/> (resolved, parents first).</summary>
    public static IEnumerable<string> Options(IReadOnlyList<string> targets, bool readOnly)
    {
        foreach (var path in SystemFolders.Select(static name => "/" + name).Where(Path.Exists))
        {
            foreach (var option in Entry(path))
            {
                yield return option;
            }
        }

        foreach (var option in new[] { "--proc", "/proc", "--dev", "/dev", "--perms", "0755", "--dir", "/var", "--symlink", "../run", "/var/run", "--perms", "0700", "--dir", "/root" })
        {
            yield return option;
        }

        foreach (var option in readOnly ? ["--dir", "/tmp", "--dir", "/run"] : new[] { "--perms", "1777", "--tmpfs", "/tmp", "--perms", "1777", "--tmpfs", "/var/tmp", "--perms", "0755", "--tmpfs", "/run" })
        {
            yield return option;
        }

        foreach (var folder in targets.Select(Unmade).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            foreach (var option in new[] { "--perms", "0755", "--tmpfs", folder }.Concat(Directory.EnumerateFileSystemEntries(folder).SelectMany(Entry)))
            {
                yield return option;
            }
        }

        foreach (var parent in targets.SelectMany(Parents).Distinct(StringComparer.Ordinal).Where(static path => !InSystemFolder(path) || !Path.Exists(path)))
        {
            yield return "--perms";
            yield return "0755";
            yield return "--dir";
            yield return parent;
        }
    }

    private static IEnumerable<string> Entry(string path) =>
        new FileInfo(path).LinkTarget is { } link ? ["--symlink", link, path] : ["--ro-bind", path, path];

    private static string? Unmade(string target) =>
        !InSystemFolder(target) || Path.Exists(target) ? null : Parents(target).LastOrDefault(Directory.Exists);

    private static bool InSystemFolder(string path) => SystemFolders.Contains(path.Split('/')[1], StringComparer.Ordinal);

    private static IEnumerable<string> Parents(string path)
    {
        for (var end = path.IndexOf('/', 1); end > 0; end = path.IndexOf('/', end + 1))
        {
            yield return path[..end];
        }
    }
}
