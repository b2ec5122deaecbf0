using System.Diagnostics;
using System.Globalization;

namespace Stash.Benchmarks.Memory;

/// <summary>
/// Memory of a sidecar that waits, after it answered a ping, from smaps_rollup: what is its own alone (Private_Dirty), and the pages of the
/// program's file that it has touched (Private_Clean: the kernel may drop them, and several sidecars of a node share them).
/// </summary>
internal static class SidecarMemoryBenchmark
{
    public static async Task RunAsync(Workspace workspace)
    {
        var work = Directory.CreateDirectory(Path.Combine(workspace.Folder, "sidecar")).FullName;
        var socket = Path.Combine(work, "sidecar.sock");
        using var sidecar = Pinned.Start(0, Workspace.RunnerProgram, ["sidecar", "--socket", socket, "--work", work, "--secrets", work]);
        var started = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await Pinned.OutputAsync(1, Workspace.RunnerProgram, ["signal", "ping", "--socket", socket]);
                break;
            }
            catch (InvalidOperationException) when (started.Elapsed < TimeSpan.FromSeconds(20))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
            }
        }

        Workspace.Report("idle sidecar, private memory", Mebibytes(sidecar.Id, "Private_Dirty:"), "< 10 MB");
        Workspace.Report("  pages of the program's file, clean", Mebibytes(sidecar.Id, "Private_Clean:"), "");
    }

    private static string Mebibytes(int process, string field)
    {
        var line = File.ReadLines($"/proc/{process}/smaps_rollup").Single(line => line.StartsWith(field, StringComparison.Ordinal));
        var kibibytes = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{kibibytes / 1024.0:0.0} MiB");
    }
}
