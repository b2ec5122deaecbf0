using System.ComponentModel;
using System.Diagnostics;

namespace Stash.Webhook.Tests.Metrics;

/// <summary>Prometheus' own judge. A test that needs it is skipped, visibly, where it is not installed.</summary>
internal static class Promtool
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    public static async Task<(int ExitCode, string Output)> RunAsync(IEnumerable<string> arguments, string input = "", string? folder = null)
    {
        var start = new ProcessStartInfo("promtool", arguments)
        {
            WorkingDirectory = folder ?? "", RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(Deadline);
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("promtool is not installed (Debian: prometheus)");
            throw;
        }

        using (process)
        {
            try
            {
                var texts = Task.WhenAll(process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
                await process.StandardInput.WriteAsync(input.AsMemory(), limit.Token);
                process.StandardInput.Close();
                var output = string.Concat(await texts);
                await process.WaitForExitAsync(limit.Token);
                return (process.ExitCode, output);
            }
            finally
            {
                // promtool 2.42 hangs where a rule under test meets a many-to-many match.
                if (!process.HasExited)
                {
                    process.Kill(entireProcessTree: true);
                }
            }
        }
    }
}
