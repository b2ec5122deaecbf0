using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Stash.Runner.Sidecar;

/// <summary>A process that can be told from a later one with the same id.</summary>
/// <param name="Id">Process id.</param>
/// <param name="StartTicks">When it started, in clock ticks since boot (proc(5), stat, field 22).</param>
internal sealed record ProcessIdentity(int Id, long StartTicks)
{
    private const int SigInt = 2;
    private const int StartTimeAfterName = 19;

    /// <summary>
    /// Reads it; null when the process has ended and was reaped. One that waits to be reaped still counts: <c>restic unlock</c> takes
    /// its lock for a live one.
    /// </summary>
    public static ProcessIdentity? Of(int id)
    {
        try
        {
            var stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return new(id, long.Parse(fields[StartTimeAfterName], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            return null;
        }
    }

    /// <summary>Ends a restic that outlived its sidecar: SIGINT, so that it removes its lock, and SIGKILL after the grace.</summary>
    public async Task EndAsync(TimeSpan grace, TimeProvider time, CancellationToken cancellationToken)
    {
        if (Of(Id) != this)
        {
            return;
        }

        _ = Kill(Id, SigInt);
        var start = time.GetTimestamp();
        while (Of(Id) == this)
        {
            if (time.GetElapsedTime(start) > grace)
            {
                KillForGood();
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), time, cancellationToken);
        }
    }

    private void KillForGood()
    {
        try
        {
            using var process = Process.GetProcessById(Id);
            process.Kill();
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or Win32Exception)
        {
            // It ended in the meantime.
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int process, int signal);
}
