using System.Diagnostics;

namespace Stash.EndToEnd.Tests.Images;

/// <summary><c>images/build.sh</c> with stand-ins for the tools, which write down what they are asked for.</summary>
public sealed class BuildTests
{
    private const string Digest = "debian@sha256:0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>Which tools are there and work, what base is asked for, what is built with which.</summary>
    [Theory]
    [InlineData("docker", "", 0, "docker build", 2)]
    [InlineData("podman", "", 0, "podman build", 2)]
    [InlineData("buildah", "", 0, "buildah build", 2)]
    [InlineData("docker:broken podman", "", 0, "podman build", 2)]
    [InlineData("docker", Digest, 0, "--build-arg BASE=" + Digest, 3)]
    [InlineData("docker", "debian:12", 1, "SCRIPT_BASE must name a digest", 2)]
    [InlineData("", "", 1, "docker: not installed", 0)]
    [InlineData("docker:broken", "", 1, "docker: the daemon is away", 0)]
    public async Task Build_TakesTheFirstToolThatWorks(string tools, string scriptBase, int code, string words, int builds)
    {
        var folder = Directory.CreateTempSubdirectory("stash-tools-").FullName;
        try
        {
            foreach (var tool in new[] { "bash", "git", "sed", "cut", "tail", "dirname" })
            {
                File.CreateSymbolicLink(Path.Combine(folder, tool), $"/usr/bin/{tool}");
            }

            foreach (var tool in tools.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(one => one.Split(':')))
            {
                var path = Path.Combine(folder, tool[0]);
                await File.WriteAllTextAsync(
                    path, tool.Length > 1 ? "#!/bin/sh\necho the daemon is away >&2; exit 1\n" : "#!/bin/sh\n[ \"$1\" = info ] || echo \"${0##*/} $*\"\n", TestContext.Current.CancellationToken);
                File.SetUnixFileMode(path, (UnixFileMode)0b111_101_101);
            }

            var start = new ProcessStartInfo("bash", [Path.Combine(Programs.Repository, "images", "build.sh"), "trees", "9"]) { RedirectStandardOutput = true, RedirectStandardError = true };
            (start.Environment["PATH"], start.Environment["SCRIPT_BASE"]) = (folder, scriptBase);
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await error;
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);

            process.ExitCode.ShouldBe(code, output);
            output.ShouldContain(words);
            output.Split('\n').Count(line => line.Contains(" build ", StringComparison.Ordinal) && line.Contains(":9 ", StringComparison.Ordinal)).ShouldBe(builds, output);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
