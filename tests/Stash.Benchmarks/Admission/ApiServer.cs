using System.Diagnostics;
using Stash.LocalCluster;

namespace Stash.Benchmarks.Admission;

/// <summary>The API that the webhook asks, as a process of its own so that it can be kept off the measured core.</summary>
internal static class ApiServer
{
    /// <summary>The argument with which this program is the API server of a workspace's folder.</summary>
    public const string Argument = "--api-server";

    public static Pinned Start(int core, Workspace workspace) => Pinned.Start(core, Environment.ProcessPath!, [Argument, workspace.Folder]);

    /// <summary>Waits until it serves and holds what the reviews name.</summary>
    public static async Task<string> KubeconfigAsync(Workspace workspace)
    {
        var started = Stopwatch.StartNew();
        while (!File.Exists(Ready(workspace.Folder)))
        {
            if (started.Elapsed > TimeSpan.FromSeconds(60))
            {
                throw new TimeoutException("the API server did not come up within a minute");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }

        return Kubeconfig(workspace.Folder);
    }

    public static async Task ServeAsync(string folder)
    {
        await using var cluster = await LocalCluster.LocalCluster.StartAsync(new LocalClusterOptions
        {
            Directory = Path.Combine(folder, "admission-cluster"),
            KubeconfigPath = Kubeconfig(folder),
            RunPods = false,
        });
        await Manifests.ApplyAsync(cluster);
        await File.WriteAllTextAsync(Ready(folder), "");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
    }

    private static string Kubeconfig(string folder) => Path.Combine(folder, "admission.kubeconfig");

    private static string Ready(string folder) => Path.Combine(folder, "admission.ready");
}
