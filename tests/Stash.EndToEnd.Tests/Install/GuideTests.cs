using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Stash.EndToEnd.Tests.Install;

/// <summary>
/// docs/install.md, followed to the letter on a bare cluster: its blocks marked <c>console cluster</c> from the first to the last.
/// <c>...</c> in what it shows stands for anything.
/// </summary>
public sealed class GuideTests
{
    private const string Install = "kubectl apply -k kustomize/overlays/default";

    // The sample's image is not to be had on a cluster of local processes, whose images are the machine's own files.
    private const string Workload = "kubectl apply -f manifests/samples/workload.yaml";

    [Fact]
    public async Task Guide_PrintsWhatItShows_WhenItIsFollowed()
    {
        await using var installation = await Installation.StartAsync();
        var commands = Commands(await File.ReadAllLinesAsync(Path.Combine(Programs.Repository, "docs", "install.md"), TestContext.Current.CancellationToken)).ToArray();
        commands.Length.ShouldBeGreaterThan(5);
        foreach (var (command, expected) in commands)
        {
            var output = command switch
            {
                Install => await InstallAsync(installation),
                Workload => await RunAsync(installation, $"sed 's/busybox:1.37/shell/' manifests/samples/workload.yaml | {Workload.Replace("manifests/samples/workload.yaml", "-", StringComparison.Ordinal)}"),
                _ => await RunAsync(installation, command),
            };
            var pattern = "^" + Regex.Replace(Regex.Escape(expected.Trim()).Replace("\\.\\.\\.", ".*", StringComparison.Ordinal), @"(\\ )+", @"\s+") + "$";
            Regex.IsMatch(output.Trim(), pattern, RegexOptions.Singleline, TimeSpan.FromSeconds(10))
                .ShouldBeTrue($"{command}\nprinted:\n{output}\nthe guide shows:\n{expected}\nlogs:\n{await installation.LogsAsync(Installation.Namespace)}");
        }
    }

    private static async Task<string> InstallAsync(Installation installation)
    {
        var applied = (await installation.KubectlAsync(["apply", "-f", "-"], await installation.ManifestsAsync("default"))).Succeeded();
        await installation.UntilServingAsync();
        return applied.Output;
    }

    private static async Task<string> RunAsync(Installation installation, string command)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"{command} 2>&1"])
        {
            WorkingDirectory = Programs.Repository, RedirectStandardInput = true, RedirectStandardOutput = true,
        };
        start.Environment["KUBECONFIG"] = installation.Cluster.KubeconfigPath;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(4));
        var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        return output;
    }

    private static IEnumerable<(string Command, string Expected)> Commands(IEnumerable<string> lines)
    {
        string? command = null;
        var (inside, expected) = (false, new StringBuilder());
        foreach (var line in lines)
        {
            var ends = inside && line == "```";
            if (command is not null && (ends || (inside && line.StartsWith("$ ", StringComparison.Ordinal))))
            {
                yield return (command, expected.ToString());
                (command, expected) = (null, new StringBuilder());
            }

            inside = (inside && !ends) || line == "```console cluster";
            if (inside && line.StartsWith("$ ", StringComparison.Ordinal))
            {
                command = line[2..];
            }
            else if (inside && command is not null)
            {
                expected.Append(line).Append('\n');
            }
        }
    }
}
