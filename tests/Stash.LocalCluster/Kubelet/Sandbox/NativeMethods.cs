using System.Runtime.InteropServices;

namespace Stash.LocalCluster.Kubelet.Sandbox;

/// <summary>Calls of libc that .NET has none for.</summary>
internal static class NativeMethods
{
    /// <summary>SIGKILL.</summary>
    public const int Kill = 9;

    /// <summary>SIGTERM.</summary>
    public const int Terminate = 15;

    /// <summary>Sends a signal; false where the process is gone.</summary>
    public static bool Signal(int process, int signal) => kill(process, signal) == 0;

    /// <summary>Sets owner and group, of a link itself; -1 leaves one as it is. Ignored unless root.</summary>
    public static void Own(string path, int user, int group)
    {
        if (Identity.CanSwitch && lchown(path, user, group) != 0)
        {
            throw new IOException($"cannot give {path} to {user}:{group}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>Renames in one step; .NET's own move takes a link to a folder for a folder.</summary>
    public static void Rename(string from, string to)
    {
        if (rename(from, to) != 0)
        {
            throw new IOException($"cannot rename {from} to {to}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

#pragma warning disable IDE1006 // libc's names
    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int sig);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int lchown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int owner, int group);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int rename([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);
#pragma warning restore IDE1006
}
