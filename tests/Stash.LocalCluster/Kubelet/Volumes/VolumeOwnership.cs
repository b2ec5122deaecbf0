using Stash.LocalCluster.Kubelet.Sandbox;

namespace Stash.LocalCluster.Kubelet.Volumes;

/// <summary>fsGroup: the group owns a volume, may read and write all of it, and inherits it to what is made there.</summary>
internal static class VolumeOwnership
{
    private const UnixFileMode File = UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
    private const UnixFileMode Folder = File | UnixFileMode.GroupExecute | UnixFileMode.SetGroup;

    /// <summary>Gives all of a volume to a group.</summary>
    public static void Give(string path, int group)
    {
        Give(new DirectoryInfo(path), group);
    }

    private static void Give(FileSystemInfo entry, int group)
    {
        NativeMethods.Own(entry.FullName, -1, group);
        if (entry.LinkTarget is not null)
        {
            return;
        }

        entry.UnixFileMode |= entry is DirectoryInfo ? Folder : File;
        foreach (var child in (entry as DirectoryInfo)?.EnumerateFileSystemInfos() ?? [])
        {
            Give(child, group);
        }
    }
}
