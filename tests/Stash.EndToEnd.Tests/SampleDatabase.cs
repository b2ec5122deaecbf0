using Stash.Core.Kubernetes;
using Stash.EndToEnd.Tests.Install;
using Stash.LocalCluster;

namespace Stash.EndToEnd.Tests;

/// <summary>The database of manifests/samples-mariadb as it stands, with the programs of this machine in place of its images.</summary>
internal sealed class SampleDatabase : IAsyncDisposable
{
    public const string Namespace = "maria";
    private const string Folder = "manifests/samples-mariadb";

    // What the image's own entry point does with a folder that is empty.
    private const string EntryPoint = """
        #!/bin/sh
        set -eu
        init=
        if [ ! -d /var/lib/mysql/mysql ]; then
          mariadb-install-db --no-defaults --datadir=/var/lib/mysql --tmpdir=/run/mysqld --auth-root-authentication-method=normal --skip-test-db
          echo "ALTER USER root@localhost IDENTIFIED BY '$MARIADB_ROOT_PASSWORD';" > /run/mysqld/init.sql
          init=--init-file=/run/mysqld/init.sql
        fi
        exec mariadbd --no-defaults --datadir=/var/lib/mysql --tmpdir=/run/mysqld --pid-file=/run/mysqld/pid --skip-networking --innodb-buffer-pool-size=16M $init "$@"
        """;

    private readonly string _programs;

    private SampleDatabase(Installation installation, string programs) => (Installation, _programs) = (installation, programs);

    public Installation Installation { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Installs, applies the sample as its kustomization says, and waits for the database with its sidecar.</summary>
    public static async Task<SampleDatabase> StartAsync()
    {
        var programs = Directory.CreateTempSubdirectory("stash-maria-").FullName;
        File.SetUnixFileMode(programs, (UnixFileMode)0b111_101_101);
        var entryPoint = Path.Combine(programs, "entrypoint");
        await File.WriteAllTextAsync(entryPoint, EntryPoint, Token);
        File.SetUnixFileMode(entryPoint, (UnixFileMode)0b111_101_101);
        var database = new SampleDatabase(
            await Installation.StartAsync(new Dictionary<string, LocalImage>
            {
                ["mariadb:11.4"] = new() { Entrypoint = ["/usr/local/bin/entrypoint"], Files = new Dictionary<string, string> { [entryPoint] = "/usr/local/bin/entrypoint" } },
            }),
            programs);
        try
        {
            await database.Installation.InstallAsync();
            (await database.Installation.KubectlAsync(["apply", "-k", Path.Combine(Programs.Repository, Folder)])).Succeeded();
            (await database.Installation.RunAsync(Installation.Namespace, "stash-sync")).ShouldBe("Complete", await database.Installation.LogsAsync(Installation.Namespace));
            (await database.Installation.KubectlAsync(["apply", "-f", Path.Combine(Programs.Repository, Folder, "workload.yaml")])).Succeeded();
            await database.UntilReadyAsync();
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs SQL as the application would.</summary>
    public async Task<string> SqlAsync(string sql) =>
        (await ExecAsync("mariadb", "sh", "-c", "MYSQL_PWD=$MARIADB_ROOT_PASSWORD exec mariadb --user=root --socket=/run/mysqld/mysqld.sock --execute=\"$0\"", sql)).Output;

    /// <summary>Runs a program in a container of the database's pod.</summary>
    public async Task<Kubectl> ExecAsync(string container, params string[] command)
    {
        var done = await Installation.KubectlAsync(["exec", "-n", Namespace, "sample-mariadb-0", "-c", container, "--", .. command]);
        done.ExitCode.ShouldBe(0, $"{string.Join(' ', command)}: {done.Error}{done.Output}");
        return done;
    }

    /// <summary>Backs up now.</summary>
    public async Task BackUpAsync() => (await Installation.RunAsync(Namespace, "stash-bc-mariadb-backup")).ShouldBe("Complete", await Installation.LogsAsync(Namespace));

    /// <summary>Tags of the repository's snapshots, oldest first, without those that are each one's own.</summary>
    public async Task<IReadOnlyList<string>> SnapshotsAsync()
    {
        var repository = Path.Combine(Installation.Cluster.ClaimFolder(Namespace, "maria-repo"), "maria");
        var json = await Programs.RunAsync(
            "restic", ["-r", repository, "--no-cache", "--no-lock", "snapshots", "--json"], new Dictionary<string, string> { ["RESTIC_PASSWORD"] = "change-me" }, Token);
        return
        [
            .. System.Text.Json.Nodes.JsonNode.Parse(json)!.AsArray().Select(snapshot => $"{snapshot!["hostname"]}: " + string.Join(
                ", ", snapshot["tags"]!.AsArray().Select(tag => (string)tag!).Where(tag => tag is "full" or "incremental" || tag.StartsWith("stash-config:", StringComparison.Ordinal)))),
        ];
    }

    /// <summary>Loses the database's volume, and starts it anew.</summary>
    public async Task DestroyAsync()
    {
        await ScaleAsync(0);
        await Installation.UntilAsync("the pod is gone", async () => (await Installation.ListAsync(ResourceTypes.Pods, Namespace))
            .All(pod => (string?)pod["metadata"]!["name"] != "sample-mariadb-0"));
        foreach (var entry in new DirectoryInfo(Installation.Cluster.ClaimFolder(Namespace, "data-sample-mariadb-0")).EnumerateFileSystemInfos())
        {
            if (entry is DirectoryInfo folder)
            {
                folder.Delete(recursive: true);
            }
            else
            {
                entry.Delete();
            }
        }

        await ScaleAsync(1);
        await UntilReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Installation.DisposeAsync();
        Directory.Delete(_programs, recursive: true);
    }

    private async Task ScaleAsync(int replicas) => (await Installation.KubectlAsync(
        ["scale", "-n", Namespace, "statefulset/sample-mariadb", $"--replicas={replicas.ToString(System.Globalization.CultureInfo.InvariantCulture)}"])).Succeeded();

    private Task UntilReadyAsync() => Installation.UntilAsync("the database is ready", async () => (await Installation.ListAsync(ResourceTypes.Pods, Namespace))
        .Any(pod => (string?)pod["metadata"]!["name"] == "sample-mariadb-0" && Installation.IsReady(pod)));
}
