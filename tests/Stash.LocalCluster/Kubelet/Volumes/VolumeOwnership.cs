using System.Diagnostics;
using System.Globalization;

namespace Stash.LocalCluster.Kubelet.Volumes;

/// <summary>fsGroup: the group owns a volume, may read and write all of it, and inherits it to what is made there.</summary>
internal static class VolumeOwnership
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>Gives all of a volume to a group. By find(1): .NET cannot name files whose names are not UTF-8.</summary>
    public static void Give(string path, int group)
    {
        Find(path, "-exec", "chgrp", "-h", group.ToString(CultureInfo.InvariantCulture), "{}", "+");
        Find(path, "-type", "d", "-exec", "chmod", "g+rwxs", "{}", "+");
        Find(path, "-type", "f", "-exec", "chmod", "g+rw", "{}", "+");
    }

    private static void Find(string path, params string[] expression)
    {
        var start = new ProcessStartInfo("find", [path, .. expression]) { RedirectStandardError = true };
        using var find = Process.Start(start)!;
        var complaint = find.StandardError.ReadToEndAsync();
        if (!find.WaitForExit(Deadline) || find.ExitCode != 0)
        {
            throw new IOException($"cannot give {path} to its fsGroup: {complaint.Result}");
        }
    }
}
