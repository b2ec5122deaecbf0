using System.Diagnostics;

namespace Stash.EndToEnd.Tests;

/// <summary>The programs as they are published: <c>make build</c> leaves them in <c>out/</c>; <c>STASH_OUT</c> names another folder.</summary>
internal static class Programs
{
    /// <summary>The runner and sidecar.</summary>
    public static string Runner => Find("stash-runner");

    /// <summary>The webhook.</summary>
    public static string Webhook => Find("stash-webhook");

    /// <summary>The folder that holds the solution.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>Runs a program to its end and gives its standard output.</summary>
    /// <exception cref="InvalidOperationException">It ended with another exit code than 0; has its standard error.</exception>
    public static async Task<string> RunAsync(
        string program, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> environment, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: exit code {process.ExitCode}: {await error}{output}");
    }

    private static string Find(string name)
    {
        var path = Path.Combine(Environment.GetEnvironmentVariable("STASH_OUT") ?? Path.Combine(Repository, "out"), name);
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is not there; run: make build", path);
    }

    private static string FindRepository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Stash.Webhook.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"Stash.Webhook.sln is in no folder above {AppContext.BaseDirectory}");
    }
}
