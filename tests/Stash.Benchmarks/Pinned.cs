using System.Diagnostics;
using System.Globalization;

namespace Stash.Benchmarks;

/// <summary>A program bound to one core, ended with the object.</summary>
internal sealed class Pinned : IDisposable
{
    private readonly Process process;

    private Pinned(Process process) => this.process = process;

    public int Id => process.Id;

    public static Pinned Start(int core, string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("taskset", Arguments(core, program, arguments)) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new Pinned(process);
    }

    /// <summary>Runs a program to its end and gives its output.</summary>
    public static Task<string> OutputAsync(int core, string program, IEnumerable<string> arguments) =>
        ProcessOutput.OfAsync(["taskset", .. Arguments(core, program, arguments)]);

    public void Dispose()
    {
        process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    private static string[] Arguments(int core, string program, IEnumerable<string> arguments) =>
        ["-c", core.ToString(CultureInfo.InvariantCulture), program, .. arguments];
}
