using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;
using Stash.EndToEnd.Tests.Install;
using Stash.LocalCluster;

namespace Stash.EndToEnd.Tests.Seeds;

/// <summary>The configs of the first two seeds, unchanged, through preview, render and a whole session; what they name is in surroundings.yaml.</summary>
public sealed class SeedTests
{
    private const string Namespace = "demo";
    private static readonly string Cases = Path.Combine(Programs.Repository, "tests", "Stash.Core.Tests", "Validation", "cases");
    private static readonly string CustomSidecar = Path.Combine(Cases, "seed-custom-sidecar", "input.yaml");
    private static readonly string HookExecutor = Path.Combine(Cases, "seed-hook-executor", "input.yaml");
    private static readonly string Surroundings = Path.Combine(SourceFolder(), "surroundings.yaml");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Seeds_RunUnchanged_FromPreviewToTheEndOfTheirSessions()
    {
        await FilesAsync();
        await using var installation = await Installation.StartAsync(new Dictionary<string, LocalImage> { ["mysql-client"] = await MySqlAsync() });
        await installation.InstallAsync();
        // The Repository before the workload: its pod is to find the config.
        await ApplyAsync(installation, Surroundings, without: "StatefulSet");
        await ApplyAsync(installation, CustomSidecar);
        await ApplyAsync(installation, HookExecutor);
        await ApplyAsync(installation, Surroundings);
        (await installation.RunAsync(Installation.Namespace, "stash-sync")).ShouldBe("Complete", await installation.LogsAsync(Installation.Namespace));
        await installation.UntilAsync("the pods are ready", async () =>
            (await installation.ListAsync(ResourceTypes.Pods, Namespace)).Count(Installation.IsReady) == 2);

        // In this order: a command of somebody's own need not make the repository, a Task's step does.
        (await installation.RunAsync(Namespace, "stash-bc-backup-hook-demo")).ShouldBe("Complete", await installation.LogsAsync(Namespace));
        (await installation.RunAsync(Namespace, "stash-bc-mariadb-backup")).ShouldBe("Complete", await installation.LogsAsync(Namespace));

        var snapshots = JsonNode.Parse(await ResticAsync(installation, "snapshots", "--json"))!.AsArray();
        snapshots.Select(s => $"{s!["hostname"]}: {string.Join(", ", s["paths"]!.AsArray())}; {string.Join(", ", s["tags"]!.AsArray().Where(tag => !((string)tag!).StartsWith("stash-session", StringComparison.Ordinal)))}")
            .ShouldBe(["host-0: /dump.sql; stash-config:demo/backup-hook-demo", "sample-mariadb-0: /data; stash-config:demo/mariadb-backup, a-b, c-d"]);
        (await ResticAsync(installation, "dump", (string)snapshots[0]!["id"]!, "/dump.sql")).ShouldBe("dump of sample-sts\n");

        var hook = (await installation.ListAsync(ResourceTypes.Jobs, Namespace)).Single(job => ((string)job["metadata"]!["name"]!).StartsWith("stash-hook-", StringComparison.Ordinal));
        (await installation.KubectlAsync(["logs", "-n", Namespace, $"job/{hook["metadata"]!["name"]}"])).Succeeded()
            .Output.ShouldBe("-u root --password=hunter2 -h sample-mysql.demo.svc -p 3366 -e SET GLOBAL super_read_only = ON; bd\n");
    }

    private static async Task FilesAsync()
    {
        foreach (var seed in new[] { CustomSidecar, HookExecutor })
        {
            (await RunnerAsync("render", "-f", seed, "-f", Surroundings)).ShouldContain("kind: CronJob");
        }

        (await RunnerAsync("preview", "-f", CustomSidecar, "-f", Surroundings)).ShouldContain("- name: stash");
    }

    private static Task<string> RunnerAsync(params string[] arguments) =>
        Programs.RunAsync(Programs.Runner, arguments, new Dictionary<string, string>(), Token);

    private static Task<string> ResticAsync(Installation installation, params string[] arguments) => Programs.RunAsync(
        "restic",
        ["-r", Path.Combine(installation.Cluster.ClaimFolder(Namespace, "repo"), "seeds"), "--no-cache", "--no-lock", .. arguments],
        new Dictionary<string, string> { ["RESTIC_PASSWORD"] = "correct horse" },
        Token);

    private static async Task ApplyAsync(Installation installation, string file, string without = "none")
    {
        var documents = (await File.ReadAllTextAsync(file, Token)).Split("\n---\n").Where(document => !document.Contains($"kind: {without}\n", StringComparison.Ordinal));
        (await installation.KubectlAsync(["apply", "-f", "-"], string.Join("\n---\n", documents))).Succeeded();
    }

    /// <summary>An image with a mysql that says what it was asked.</summary>
    private static async Task<LocalImage> MySqlAsync()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("stash-mysql-").FullName, "mysql");
        await File.WriteAllTextAsync(file, "#!/bin/sh\necho \"$@\" \"$PARAMS\"\n", Token);
        File.SetUnixFileMode(file, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(Path.GetDirectoryName(file)!, (UnixFileMode)0b111_101_101);
        return new LocalImage { User = 65532, Files = new Dictionary<string, string> { [file] = "/usr/local/bin/mysql" } };
    }

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
