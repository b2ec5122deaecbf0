using System.Net;
using System.Net.Sockets;
using Stash.Core.Api;
using Stash.Core.Signals;

namespace Stash.EndToEnd.Tests.Tasks;

/// <summary>Databases are backed up by the built-in Tasks without a file in between, and restored into empty ones.</summary>
public sealed class DumpTests
{
    /// <summary>The engine, and statements for it that make a few hundred rows of odd text and of bytes.</summary>
    [Theory]
    [InlineData("postgres", "create database", "create table ledger (id int primary key, name text, data bytea)", "insert into ledger select n, 'größe ''' || n || chr(9), decode(md5(n::text), 'hex') from generate_series(1, 400) n")]
    [InlineData("mariadb", "create database", "create table ledger (id int primary key, name text character set utf8mb4, data blob)", "insert into ledger select seq, concat('größe ''', seq, char(9)), unhex(md5(seq)) from seq_1_to_400")]
    public async Task Dump_HoldsTheDatabase_WhenItIsRestoredIntoAnEmptyOne(string engine, string create, string table, string rows)
    {
        await using var story = await TaskStory.BeginAsync();
        var port = FreePort();
        var database = Database.Of(engine, port);
        await story.ApplyAsync(database.Manifests(port));
        var first = engine == "postgres" ? "postgres" : "mysql";
        await story.UntilAsync("the server answers", async () => (await story.ProcessOfPodAsync(engine, "server")) is not null && (await database.QueryAsync(story, first, "select 1")).ExitCode == 0);
        foreach (var (place, sql) in new[] { (first, $"{create} ledger"), (first, $"{create} again"), ("ledger", table), ("ledger", rows) })
        {
            var (exitCode, output) = await database.QueryAsync(story, place, sql);
            exitCode.ShouldBe(0, output);
        }

        var before = (await database.QueryAsync(story, "ledger", database.Rows)).Output;
        before.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(400);
        await story.ApplyAsync(Config(engine, port, "ledger"));
        await story.ApplyAsync(Config(engine, port, "no_such_database"));
        await story.SyncAsync();

        var session = await story.BackUpAsync("ledger");

        session.Status!.Phase.ShouldBe(Phase.Succeeded, string.Join('\n', await story.EventsAsync("ledger")));
        session.Status.Targets!.Single().Stats!.Single().Snapshots!.Single().Path.ShouldBe("/dump.sql");
        (await story.SnapshotsAsync("ledger")).ShouldHaveSingleItem();
        await story.RestoreAsync($"{engine}-restore", "ledger", Params(engine, port, "again"));
        (await database.QueryAsync(story, "again", database.Rows)).Output.ShouldBe(before);

        // What cannot be dumped is a failure by its name, and no snapshot.
        var failed = await story.BackUpAsync("no-such-database");
        failed.Status!.Phase.ShouldBe(Phase.Failed);
        var error = failed.Status.Targets!.Single().Stats!.Single().Error.ShouldNotBeNull();
        error.ShouldStartWith($"{Outcome.CommandFailed}: ");
        error.ShouldContain("no_such_database");
        error.ShouldNotContain(Database.Password);
        (await story.SnapshotsAsync("no-such-database")).ShouldBeEmpty();
    }

    private static string Config(string engine, int port, string database) => TaskManifests.Config(database.Replace('_', '-'), $$"""
          task:
            name: {{engine}}-backup
            params: {host: 127.0.0.1, port: "{{port}}", database: {{database}}, secret: {{engine}}-auth}
        """);

    private static Dictionary<string, string> Params(string engine, int port, string database) => new()
    {
        ["host"] = "127.0.0.1", ["port"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture), ["database"] = database, ["secret"] = $"{engine}-auth",
    };

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
