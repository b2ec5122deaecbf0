using Stash.Core.Kubernetes;

namespace Stash.EndToEnd.Tests;

/// <summary>The seed's own case: a real MariaDB that one sidecar backs up as a whole and by its binary logs, on different sessions.</summary>
public sealed class CustomSidecarTests
{
    private const string Rows = "SELECT * FROM shop.orders ORDER BY id; SELECT user, host FROM mysql.user WHERE user = 'clerk'";

    [Fact]
    public async Task MariaDb_ComesBackWithEveryRow_FromAWholeBackupAndBinaryLogs()
    {
        await using var database = await SampleDatabase.StartAsync();
        await database.SqlAsync("""
            CREATE DATABASE shop;
            CREATE TABLE shop.orders (id INT PRIMARY KEY AUTO_INCREMENT, what VARCHAR(40), blobs BLOB);
            INSERT INTO shop.orders (what, blobs) SELECT CONCAT('order ', seq), REPEAT(CHAR(seq MOD 256), 50) FROM shop.seq_1_to_500;
            CREATE USER clerk@localhost IDENTIFIED BY 'secret';
            """);
        await database.BackUpAsync();
        await database.SqlAsync("INSERT INTO shop.orders (what) VALUES ('after the whole backup'); UPDATE shop.orders SET what = 'changed' WHERE id = 7; DELETE FROM shop.orders WHERE id = 8");
        await database.BackUpAsync();
        await database.SqlAsync("INSERT INTO shop.orders (what) VALUES ('after the binary logs')");
        await database.BackUpAsync();
        var before = await database.SqlAsync(Rows);
        const string tag = "sample-mariadb-0: stash-config:maria/mariadb-backup";
        (await database.SnapshotsAsync()).ShouldBe([$"{tag}, full", $"{tag}, incremental", $"{tag}, incremental"]);
        await ToldAsync(database);

        await database.DestroyAsync();
        (await database.SqlAsync("SHOW DATABASES")).ShouldNotContain("shop");
        await database.ExecAsync("stash", "bash", "/scripts/restore.sh");

        (await database.SqlAsync(Rows)).ShouldBe(before);
        before.ShouldContain("after the binary logs");
        before.ShouldContain("clerk");

        // The restored database is another one to its binary logs: it begins a chain of its own.
        await database.BackUpAsync();
        (await database.SnapshotsAsync())[^1].ShouldBe($"{tag}, full");
    }

    /// <summary>Sessions, config and Repository tell of backups that only the sidecar knows.</summary>
    private static async Task ToldAsync(SampleDatabase database)
    {
        var installation = database.Installation;
        var config = await installation.Client.GetAsync(ResourceTypes.BackupConfigurations, SampleDatabase.Namespace, "mariadb-backup", TestContext.Current.CancellationToken);
        ((string?)config["status"]!["lastResult"]).ShouldBe("Succeeded");
        ((long?)config["status"]!["lastSizeBytes"]).ShouldNotBeNull().ShouldBeGreaterThan(0);
        var session = await installation.Client.GetAsync(
            ResourceTypes.BackupSessions, SampleDatabase.Namespace, (string)config["status"]!["lastSession"]!, TestContext.Current.CancellationToken);
        var told = session["status"]!.ToJsonString();
        told.ShouldContain("\"hostname\":\"sample-mariadb-0\"");
        told.ShouldContain("\"reason\":\"LeftToSidecar\"");
        var repository = await installation.Client.GetAsync(ResourceTypes.Repositories, SampleDatabase.Namespace, "maria-repo", TestContext.Current.CancellationToken);
        repository["status"]!["lastBackupTime"].ShouldNotBeNull();
    }
}
