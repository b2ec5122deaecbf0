using System.Globalization;
using System.Runtime.CompilerServices;

namespace Stash.Runner.Tests.Golden;

/// <summary>
/// A case is a folder: <c>command</c> has the program's arguments, one a line; <c>stdin</c>, if any, is what it reads; every other
/// file is its input; <c>expected</c> is its exit code, standard output and standard error. STASH_UPDATE_GOLDENS=1 writes
/// <c>expected</c> anew.
/// </summary>
internal static class GoldenCase
{
    public static TheoryData<string> In(string verb) =>
        [.. Directory.EnumerateDirectories(Folder(verb)).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    public static async Task HoldsAsync(string verb, string name, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(Folder(verb), name);
        var arguments = await File.ReadAllLinesAsync(Path.Combine(folder, "command"), cancellationToken);
        var stdin = Path.Combine(folder, "stdin");
        var end = await RunnerProgram.RunAsync(
            folder, arguments, File.Exists(stdin) ? await File.ReadAllTextAsync(stdin, cancellationToken) : "", cancellationToken);
        var actual = string.Create(CultureInfo.InvariantCulture, $"exit code {end.ExitCode}\n--- standard output\n{end.Output}--- standard error\n{end.Error}");
        var expected = Path.Combine(folder, "expected");
        if (Environment.GetEnvironmentVariable("STASH_UPDATE_GOLDENS") == "1")
        {
            await File.WriteAllTextAsync(expected, actual, cancellationToken);
        }

        actual.ShouldBe(await File.ReadAllTextAsync(expected, cancellationToken));
    }

    private static string Folder(string verb, [CallerFilePath] string here = "") =>
        Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(here)!)!, verb, "cases");
}
