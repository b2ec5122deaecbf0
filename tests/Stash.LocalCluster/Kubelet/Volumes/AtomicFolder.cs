using System.Globalization;
using Stash.LocalCluster.Kubelet.Sandbox;

namespace Stash.LocalCluster.Kubelet.Volumes;

/// <summary>
/// A folder whose files all change in one instant: they lie in a folder named by a stamp, <c>..data</c> links to it, and each file's name
/// links through <c>..data</c>. The layout is the kubelet's, which programs that watch Secrets rely on.
/// </summary>
internal static class AtomicFolder
{
    private const string DataLink = "..data";

    /// <summary>Writes <paramref name="files"/> unless they are there already.</summary>
    /// <param name="folder">The volume.</param>
    /// <param name="files">All its files.</param>
    /// <param name="group">Group of the files (fsGroup), which may then read them; null for root's.</param>
    /// <param name="now">Goes into the stamp.</param>
    public static void Write(string folder, IReadOnlyList<VolumeFile> files, int? group, DateTimeOffset now)
    {
        Directory.CreateDirectory(folder);
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var link = Path.Join(folder, DataLink);
        var before = new DirectoryInfo(link).LinkTarget;
        if (before is not null && Same(link, files))
        {
            return;
        }

        var stamp = string.Create(CultureInfo.InvariantCulture, $"..{now.UtcDateTime:yyyy_MM_dd_HH_mm_ss}.{Guid.NewGuid():N}");
        foreach (var file in files)
        {
            WriteFile(Path.Join(folder, stamp, file.Path), file, group);
        }

        Directory.CreateDirectory(Path.Join(folder, stamp));
        File.CreateSymbolicLink(link + "_tmp", stamp);
        NativeMethods.Rename(link + "_tmp", link);
        Link(folder, [.. files.Select(static file => file.Path.Split('/')[0]).Distinct(StringComparer.Ordinal)]);
        if (before is not null)
        {
            Directory.Delete(Path.Join(folder, before), recursive: true);
        }
    }

    private static void WriteFile(string path, VolumeFile file, int? group)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, file.Content);
        File.SetUnixFileMode(path, (UnixFileMode)(group is null ? file.Mode : file.Mode | 0b100_000));
        if (group is { } gid)
        {
            NativeMethods.Own(path, -1, gid);
        }
    }

    private static void Link(string folder, string[] names)
    {
        foreach (var name in names.Where(name => new FileInfo(Path.Join(folder, name)).LinkTarget is null))
        {
            File.CreateSymbolicLink(Path.Join(folder, name), $"{DataLink}/{name}");
        }

        foreach (var stale in Directory.EnumerateFileSystemEntries(folder)
            .Where(path => Path.GetFileName(path) is var name
                && !name.StartsWith("..", StringComparison.Ordinal) && !names.Contains(name, StringComparer.Ordinal)))
        {
            File.Delete(stale);
        }
    }

    private static bool Same(string data, IReadOnlyList<VolumeFile> files) =>
        Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories).Count() == files.Count
        && files.All(file => Path.Join(data, file.Path) is var path
            && File.Exists(path) && File.ReadAllBytes(path).AsSpan().SequenceEqual(file.Content));
}
