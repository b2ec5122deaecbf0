using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Stash.Core.Yaml;

namespace Stash.Docs.Tests;

/// <summary>What documents show is what happens.</summary>
public sealed class DocumentTests
{
    private static readonly string[] KnownLanguages = ["console", "console cluster", "yaml", "text"];

    public static TheoryData<string> Consoles() => Named("console");

    public static TheoryData<string> Yamls() => Named("yaml");

    [Fact]
    public void EveryBlock_SaysWhatItIs_SoThatItCanBeTested() =>
        DocumentBlocks.All().Where(block => !KnownLanguages.Contains(block.Language)).ShouldBeEmpty();

    /// <summary>
    /// Lines that begin with <c>$ </c> are run by bash in the repository, with out/ on PATH; the lines below are their output, standard
    /// error included, in which <c>...</c> stands for any lines, or any part of one. <c>$ make</c> is left to CI, which runs it.
    /// </summary>
    [Theory]
    [MemberData(nameof(Consoles))]
    public async Task ConsoleBlock_PrintsWhatTheDocumentShows_WhenItsCommandsAreRun(string where)
    {
        foreach (var (command, expected) in Commands(Find(where)))
        {
            if (command.StartsWith("make ", StringComparison.Ordinal))
            {
                continue;
            }

            var output = await RunAsync(command);
            Regex.IsMatch(output.TrimEnd(), Pattern(expected), RegexOptions.Singleline, TimeSpan.FromSeconds(10))
                .ShouldBeTrue($"{where}: {command}\nprinted:\n{output}\nthe document shows:\n{expected}");
        }
    }

    [Theory]
    [MemberData(nameof(Yamls))]
    public async Task YamlBlock_IsAcceptedByValidate(string where)
    {
        var text = string.Join('\n', Find(where).Lines);
        YamlJson.Read(text).ShouldNotBeEmpty();
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
            (await RunAsync($"stash-runner validate --allow-missing -f {file}; echo exit code $?")).ShouldEndWith("exit code 0\n");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static TheoryData<string> Named(string language) =>
        [.. DocumentBlocks.All().Where(block => block.Language == language).Select(block => block.ToString())];

    private static DocumentBlock Find(string where) => DocumentBlocks.All().Single(block => block.ToString() == where);

    private static IEnumerable<(string Command, string Expected)> Commands(DocumentBlock block)
    {
        string? command = null;
        var expected = new StringBuilder();
        foreach (var line in block.Lines)
        {
            if (!line.StartsWith("$ ", StringComparison.Ordinal))
            {
                expected.Append(line).Append('\n');
                continue;
            }

            if (command is not null)
            {
                yield return (command, expected.ToString());
            }

            command = line[2..];
            expected.Clear();
        }

        command.ShouldNotBeNull($"{block}: a console block begins with a command");
        yield return (command, expected.ToString());
    }

    private static string Pattern(string expected) =>
        "^" + Regex.Escape(expected.TrimEnd()).Replace("\\.\\.\\.", ".*", StringComparison.Ordinal) + "$";

    private static async Task<string> RunAsync(string command)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"exec 2>&1; {command}"])
        {
            WorkingDirectory = DocumentBlocks.Repository,
            RedirectStandardOutput = true,
        };
        start.Environment["PATH"] = $"{Path.Combine(DocumentBlocks.Repository, "out")}:{Environment.GetEnvironmentVariable("PATH")}";
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(1), TimeProvider.System);
        var output = await process.StandardOutput.ReadToEndAsync(deadline.Token);
        await process.WaitForExitAsync(deadline.Token);
        return output;
    }
}
