using System.Diagnostics;
using Stash.Core.Api;
using Stash.Core.Restic;
using Stash.Core.Signals;

namespace Stash.Core.Tests.Restic;

[Trait("needs", "restic")]
public sealed class RepositoryOperationsTests
{
    public static TheoryData<string> Restics => ResticScene.Restics;

    [Theory]
    [MemberData(nameof(Restics))]
    public async Task RunAsync_SavesOnlyWhatIsNew_WhenASecondBackupFollows(string restic)
    {
        using var scene = new ResticScene(restic);
        var first = await scene.RunAsync(scene.Backup("s1") with { Nice = 5, IoNiceClass = 3 });
        first.Outcome.ShouldBe(Outcome.Succeeded, first.Message);
        first.Initialized.ShouldBeTrue();
        first.Backup!.FilesNew.ShouldBe(1);

        await File.WriteAllTextAsync(scene.At("source/b"), "more", TestContext.Current.CancellationToken);
        var second = await scene.RunAsync(scene.Backup("s2"));
        second.Outcome.ShouldBe(Outcome.Succeeded, second.Message);
        second.Initialized.ShouldBeFalse();
        (second.Backup!.FilesNew, second.Backup.FilesUnmodified, second.Backup.TotalFiles).ShouldBe((1, 1, 2));

        (await scene.RunAsync(scene.Check("100%"))).Outcome.ShouldBe(Outcome.Succeeded);
        var stats = await scene.RunAsync(scene.Stats());
        stats.Stats!.SnapshotCount.ShouldBe(2);
        stats.Stats.TotalBytes.ShouldBeGreaterThan(0);
        var forget = await scene.RunAsync(scene.Forget());
        forget.Outcome.ShouldBe(Outcome.Succeeded, forget.Message);
        (forget.Forget!.Kept, forget.Forget.Removed).ShouldBe((1, 1));
        (await scene.CountSnapshotsAsync()).ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Restics))]
    public async Task RunAsync_LeavesOthersSnapshots_WhenRetentionIsOfOneConfigAndHost(string restic)
    {
        using var scene = new ResticScene(restic);
        var mine = scene.Backup("s1");
        await scene.RunAsync(mine);
        await scene.RunAsync(scene.Backup("s2"));
        await scene.RunAsync(mine with { Session = "s3", Backup = mine.Backup! with { Host = "host-1" } });
        await scene.RunAsync(mine with { Session = "s4", Backup = mine.Backup! with { Tags = ["another", "session:s4"] } });

        var dry = await scene.RunAsync(scene.Forget(new RetentionPolicy { KeepLast = 1, Prune = true, DryRun = true }));
        dry.Forget!.Removed.ShouldBe(1, dry.Message);
        (await scene.CountSnapshotsAsync()).ShouldBe(4);
        (await scene.RunAsync(scene.Forget())).Forget!.Removed.ShouldBe(1);
        (await scene.CountSnapshotsAsync()).ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(Restics))]
    public async Task RunAsync_EndsWellForAll_WhenManyMakeTheRepositoryAtOnce(string restic)
    {
        using var scene = new ResticScene(restic);
        var results = await Task.WhenAll(Enumerable.Range(0, 3).Select(host =>
        {
            var request = scene.Backup($"s{host}");
            return scene.RunAsync(request with { Backup = request.Backup! with { Host = $"host-{host}" } });
        }));

        results.ShouldAllBe(result => result.Outcome == Outcome.Succeeded);
        results.Count(result => result.Initialized).ShouldBe(1);
        Directory.GetFiles(scene.At("repo/keys")).Length.ShouldBe(1);
        (await scene.CountSnapshotsAsync()).ShouldBe(3);
    }

    [Theory]
    [MemberData(nameof(Restics))]
    public async Task RunAsync_ListsUnreadPaths_WhenOnePathIsMissing(string restic)
    {
        using var scene = new ResticScene(restic);
        var result = await scene.RunAsync(scene.Backup(paths: [scene.At("source"), "/no/such/path"]));

        result.Outcome.ShouldBe(Outcome.FilesUnread, result.Message);
        result.Retryable.ShouldBeFalse();
        result.UnreadPaths.ShouldBe(["/no/such/path: does not exist"]);
        result.UnreadCount.ShouldBe(1);
        result.Backup!.SnapshotId.ShouldNotBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Restics))]
    public async Task RunAsync_ListsUnreadPaths_WhenAFileMayNotBeRead(string restic)
    {
        using var scene = await UnprivilegedScene.CreateAsync(restic);
        var result = await scene.RunAsync(scene.Backup());

        result.Outcome.ShouldBe(Outcome.FilesUnread, result.Message);
        result.UnreadCount.ShouldBe(1);
        result.UnreadPaths.ShouldHaveSingleItem().ShouldMatch("(?i)^.*source/unreadable: .*permission denied$");
        result.Backup!.TotalFiles.ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Restics))]
    public async Task RunAsync_NamesTheFailure_WhenTheRepositoryCannotBeUsed(string restic)
    {
        using var scene = new ResticScene(restic);
        var never = scene.Backup() with { Backup = scene.Backup().Backup! with { MayInitialize = false } };
        (await scene.RunAsync(never)).Outcome.ShouldBe(Outcome.RepositoryNotFound);
        (await scene.RunAsync(scene.Stats())).Outcome.ShouldBe(Outcome.RepositoryNotFound);
        (await scene.RunAsync(scene.Backup())).Outcome.ShouldBe(Outcome.Succeeded);
        (await scene.RunAsync(scene.Backup(paths: ["/no/such/path"]))).Outcome.ShouldBe(Outcome.PathsMissing);

        scene.WriteSecret(RepositorySecret.Password, "pa55-another");
        var wrong = await scene.RunAsync(scene.Backup());
        wrong.Outcome.ShouldBe(Outcome.WrongPassword);
        wrong.Retryable.ShouldBeFalse();

        File.Delete(scene.At($"secret/{RepositorySecret.Password}"));
        var incomplete = await scene.RunAsync(scene.Backup());
        incomplete.Outcome.ShouldBe(Outcome.SecretIncomplete);
        incomplete.Message.ShouldContain(RepositorySecret.Password);
    }

    [Theory]
    [MemberData(nameof(Restics))]
    public async Task RunAsync_TellsThatTheRepositoryIsDamaged_WhenItsIndexIsGone(string restic)
    {
        using var scene = new ResticScene(restic);
        (await scene.RunAsync(scene.Backup())).Outcome.ShouldBe(Outcome.Succeeded);
        foreach (var index in Directory.GetFiles(scene.At("repo/index")))
        {
            File.Delete(index);
        }

        var result = await scene.RunAsync(scene.Check());
        result.Outcome.ShouldBe(Outcome.RepositoryDamaged, result.Message);
        result.Retryable.ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Restics))]
    public async Task RunAsync_RemovesAStaleLock_WhenItsHolderWasKilled(string restic)
    {
        using var scene = new ResticScene(restic);
        await scene.RunAsync(scene.Backup());
        using (var holder = await scene.StartHolderAsync())
        {
            holder.Kill();
            await holder.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        scene.Locks().ShouldNotBeEmpty();
        var result = await scene.RunAsync(scene.Forget());
        result.Outcome.ShouldBe(Outcome.Succeeded, result.Message);
        scene.Locks().ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Restics))]
    public async Task RunAsync_LeavesALiveLockAndWaits_WhenItsHolderLives(string restic)
    {
        using var scene = new ResticScene(restic);
        await scene.RunAsync(scene.Backup());
        using var holder = await scene.StartHolderAsync();
        var locked = await scene.RunAsync(scene.Forget());
        locked.Outcome.ShouldBe(Outcome.RepositoryLocked, locked.Message);
        locked.Retryable.ShouldBeTrue();
        scene.Locks().ShouldNotBeEmpty();

        var waiting = scene.RunAsync(scene.Forget() with { LockWait = "2m" });
        holder.Kill();
        (await waiting).Outcome.ShouldBe(Outcome.Succeeded);
        await holder.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    [Theory]
    [MemberData(nameof(Restics))]
    public async Task RunAsync_TellsResticKilled_WhenItIsKilled(string restic)
    {
        using var scene = new ResticScene(restic);
        await scene.RunAsync(scene.Backup());
        var running = 0;
        scene.OnStarted = id => running = id;
        var backup = scene.RunAsync(scene.Slow());
        await Eventually.TrueAsync(() => scene.Locks().Count > 0, "the backup runs");
        using (var process = Process.GetProcessById(running))
        {
            process.Kill();
        }

        var result = await backup;
        result.Outcome.ShouldBe(Outcome.ResticKilled, result.Message);
        result.Retryable.ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Restics))]
    public async Task RunAsync_LeavesNoLock_WhenItIsInterruptedOrLate(string restic)
    {
        using var scene = new ResticScene(restic);
        await scene.RunAsync(scene.Backup());
        using var asked = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var backup = scene.RunUntilAsync(scene.Slow("interrupted"), asked.Token);
        await Eventually.TrueAsync(() => scene.Locks().Count > 0, "the backup runs");
        await asked.CancelAsync();
        (await backup).Outcome.ShouldBe(Outcome.Interrupted);
        scene.Locks().ShouldBeEmpty();

        var late = await scene.RunAsync(scene.Slow("late") with { Deadline = TimeProvider.System.GetUtcNow().AddSeconds(4) });
        late.Outcome.ShouldBe(Outcome.DeadlineExceeded, late.Message);
        late.Retryable.ShouldBeFalse();
        scene.Locks().ShouldBeEmpty();
        (await scene.RunAsync(scene.Backup() with { Deadline = TimeProvider.System.GetUtcNow().AddHours(-1) })).Outcome.ShouldBe(Outcome.DeadlineExceeded);
        (await scene.CountSnapshotsAsync()).ShouldBe(1);
        scene.Lines.ShouldContain(line => line.Progress != null && line.Progress.TotalBytes > 0);
    }

    [Theory]
    [MemberData(nameof(Restics))]
    public async Task RunAsync_TellsStorageFull_WhenTheDiskIsFull(string restic)
    {
        using var scene = new ResticScene(restic);
        using var disk = SmallDisk.MountOrSkip(scene.At("disk"));
        scene.Repository = scene.At("disk/repo");
        (await scene.RunAsync(scene.Backup())).Outcome.ShouldBe(Outcome.Succeeded);
        var big = scene.Slow();

        var result = await scene.RunAsync(big with { Backup = big.Backup! with { Args = null } });
        result.Outcome.ShouldBe(Outcome.StorageFull, result.Message);
    }

    [Fact]
    public async Task RunAsync_SaysSo_WhenResticIsNotThere()
    {
        using var scene = new ResticScene("/no/such/restic");
        var result = await scene.RunAsync(scene.Backup());
        result.Outcome.ShouldBe(Outcome.Failed);
        result.Message.ShouldContain("/no/such/restic could not be started");
    }

    [Fact]
    public async Task RunAsync_TellsBackendUnavailable_WhenNobodyListens()
    {
        using var scene = new ResticScene("restic") { Repository = "rest:http://127.0.0.1:1/" };
        scene.WriteSecret("REST_SERVER_USERNAME", "somebody");
        scene.WriteSecret("REST_SERVER_PASSWORD", "pa55 for rest");
        var result = await scene.RunAsync(scene.Backup() with { Deadline = TimeProvider.System.GetUtcNow().AddMinutes(5) });
        result.Outcome.ShouldBe(Outcome.BackendUnavailable, result.Message);
        result.Retryable.ShouldBeTrue();
    }
}
