using System.Diagnostics;
using Stash.LocalCluster.Tests.Kubectl;

[assembly: AssemblyFixture(typeof(KubectlCluster))]

namespace Stash.LocalCluster.Tests.Kubectl;

/// <summary>A cluster with pods, and the real kubectl with its cache in a folder of its own.</summary>
public sealed class KubectlCluster : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);
    private readonly string _folder = Directory.CreateTempSubdirectory("stash-kubectl-").FullName;

    public LocalCluster Cluster { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Cluster = await LocalCluster.StartAsync(new LocalClusterOptions { Directory = _folder });

    public async ValueTask DisposeAsync()
    {
        await Cluster.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Runs kubectl.</summary>
    public async Task<Outcome> RunAsync(string arguments, string? input = null) =>
        await RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries), input);

    /// <summary>Runs kubectl; skips the test where there is none.</summary>
    public async Task<Outcome> RunAsync(IEnumerable<string> arguments, string? input = null)
    {
        var start = new ProcessStartInfo("kubectl", ["--kubeconfig", Cluster.KubeconfigPath, "--cache-dir", Path.Combine(_folder, "cache"), .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var process = Start(start);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Deadline);
        var output = process.StandardOutput.ReadToEndAsync(deadline.Token);
        var error = process.StandardError.ReadToEndAsync(deadline.Token);
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        try
        {
            await process.WaitForExitAsync(deadline.Token);
            return new Outcome(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"kubectl {string.Join(' ', arguments)} did not end within {Deadline}");
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("kubectl is not installed");
            throw;
        }
    }
}

/// <summary>How kubectl ended.</summary>
public sealed record Outcome(int ExitCode, string Output, string Error);
