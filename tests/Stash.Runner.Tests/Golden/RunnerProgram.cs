using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Stash.Runner.Tests.Golden;

/// <summary>How a run of the built program ended.</summary>
internal sealed record ProgramEnd(int ExitCode, string Output, string Error);

/// <summary>Runs the program that was built with the tests.</summary>
internal static class RunnerProgram
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    public static async Task<ProgramEnd> RunAsync(string folder, IEnumerable<string> arguments, string standardInput, CancellationToken cancellationToken,
        IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "stash-runner"), arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        start.Environment.Remove("STASH_RUNNER_IMAGE");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Deadline);
        using var process = Process.Start(start)!;
        try
        {
            await process.StandardInput.WriteAsync(standardInput.AsMemory(), limit.Token);
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync(limit.Token);
            var error = process.StandardError.ReadToEndAsync(limit.Token);
            await process.WaitForExitAsync(limit.Token);
            return new ProgramEnd(process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
