using System.Runtime.InteropServices;

namespace Stash.Core.Restic;

/// <summary>CPU and I/O priority of restic, as nice(1) and ionice(1) name them.</summary>
/// <param name="Nice">-20 to 19; null leaves it.</param>
/// <param name="IoClass">1 real time, 2 best effort, 3 idle; null leaves it.</param>
/// <param name="IoLevel">0 to 7 in its class.</param>
public sealed record ProcessPriority(int? Nice, int? IoClass, int? IoLevel)
{
    private const int WhoProcess = 0;
    private const int IoWhoProcess = 1;
    private const int IoClassShift = 13;
    private const int DefaultIoLevel = 4;

    /// <summary>
    /// Lowers (or raises) the calling thread; what it starts inherits that. Linux keeps both priorities per thread, so no program such
    /// as nice(1) has to be in the image.
    /// </summary>
    /// <returns>A sentence for each priority that the kernel refused; empty when all went well.</returns>
    internal IReadOnlyList<string> ApplyToThisThread()
    {
        var refused = new List<string>();
        if (Nice is { } nice && SetPriority(WhoProcess, 0, nice) != 0)
        {
            refused.Add($"The CPU priority {nice} was refused ({LastError()}); restic runs with the ordinary one.");
        }

        if (IoClass is { } ioClass && SetIoPriority((ioClass << IoClassShift) | (ioClass == 3 ? 0 : IoLevel ?? DefaultIoLevel)) != 0)
        {
            refused.Add($"The I/O priority class {ioClass} was refused ({LastError()}); restic runs with the ordinary one.");
        }

        return refused;
    }

    private static string LastError() => Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());

    private static long SetIoPriority(int priority) => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => SystemCall(251, IoWhoProcess, 0, priority),
        Architecture.Arm64 => SystemCall(30, IoWhoProcess, 0, priority),
        _ => 0,
    };

    [DllImport("libc", EntryPoint = "setpriority", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SetPriority(int which, int who, int priority);

    [DllImport("libc", EntryPoint = "syscall", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern long SystemCall(long number, long which, long who, long priority);
}
