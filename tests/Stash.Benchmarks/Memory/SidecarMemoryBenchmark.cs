using System.Diagnostics;
using System.Globalization;

namespace Stash.Benchmarks.Memory;

/// <summary>Private memory of a sidecar that waits: Private_Clean and Private_Dirty of smaps_rollup, after it answered a ping.</summary>
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

        var kibibytes = File.ReadLines($"/proc/{sidecar.Id}/smaps_rollup")
            .Where(line => line.StartsWith("Private_", StringComparison.Ordinal))
            .Sum(line => long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture));
        Workspace.Report("idle sidecar, private memory", $"{kibibytes / 1024.0:0.0} MiB", "< 10 MB");
    }
}
