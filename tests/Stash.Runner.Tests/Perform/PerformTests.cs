using Stash.Core.Signals;

namespace Stash.Runner.Tests.Perform;

/// <summary>The verb as a Job's container runs it, with real restic and real commands.</summary>
public sealed class PerformTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Dump_HoldsEveryByte_WhenItIsRestoredIntoACommand()
    {
        using var scene = new PerformScene();
        var bytes = new byte[5_000_003];
        new Random(11).NextBytes(bytes);
        await File.WriteAllBytesAsync(scene.At("data"), bytes, Token);

        var dump = await scene.RunAsync("dump", "--file", "all.sql", "--", "cat", scene.At("data"));
        var restore = await scene.RunAsync("restore", "--host=host-0", "--tag=stash-config:app/db", "--file=all.sql", "--", "sh", "-c", $"cat > '{scene.At("back")}'");

        dump.ExitCode.ShouldBe(ExitCodes.Done, dump.Log);
        (dump.Result!.Outcome, dump.Result.Backup!.TotalBytes, dump.Result.Backup.Paths.ShouldHaveSingleItem()).ShouldBe((Outcome.Succeeded, 5_000_003, "/all.sql"), dump.Log);
        restore.ExitCode.ShouldBe(ExitCodes.Done, restore.Log);
        (await File.ReadAllBytesAsync(scene.At("back"), Token)).ShouldBe(bytes);
        var snapshot = (await scene.SnapshotsAsync()).ShouldHaveSingleItem();
        ((string?)snapshot["hostname"], snapshot["tags"]!.ToJsonString()).ShouldBe(("host-0", """["stash-config:app/db","stash-session:db-1"]"""));
    }

    /// <summary>How a command fails, and what is told of it.</summary>
    [Theory]
    [InlineData("head -c 9000000 /dev/urandom; echo broken pipe of mine >&2; exit 3", "sh ended with exit code 3: broken pipe of mine; no snapshot was saved")]
    [InlineData("echo half; kill -9 $$", "sh ended with exit code 137; no snapshot was saved")]
    [InlineData("exit 1", "sh ended with exit code 1; no snapshot was saved")]
    [InlineData("echo password is $DB_PASSWORD >&2; exit 2", "sh ended with exit code 2: password is ***; no snapshot was saved")]
    public async Task Dump_SavesNothing_WhenTheCommandFails(string script, string message)
    {
        using var scene = new PerformScene();
        (await scene.RunAsync("dump", "--file=first", "--session=db-0", "--tag=stash-config:app/db", "--", "echo", "first")).ExitCode.ShouldBe(ExitCodes.Done);

        var end = await scene.RunAsync("dump", "--file=all.sql", "--", "sh", "-c", script);

        end.ExitCode.ShouldBe(ExitCodes.FailedForGood);
        (end.Result!.Outcome, end.Result.Message, end.Result.Backup).ShouldBe((Outcome.CommandFailed, message, null));
        (await scene.SnapshotsAsync()).Count.ShouldBe(1);
        scene.Locks().ShouldBeEmpty();
    }

    [Fact]
    public async Task Dump_SavesNothingTwice_WhenTheSessionHasItsSnapshot()
    {
        using var scene = new PerformScene();
        var first = await scene.RunAsync("dump", "--file=all.sql", "--", "echo", "data");

        var second = await scene.RunAsync("dump", "--file=all.sql", "--", "sh", "-c", $"touch '{scene.At("ran")}'");

        second.Result!.Backup!.SnapshotId.ShouldStartWith(first.Result!.Backup!.SnapshotId[..8]);
        (await scene.SnapshotsAsync()).ShouldHaveSingleItem();
        File.Exists(scene.At("ran")).ShouldBeFalse();
    }

    [Fact]
    public async Task Dump_NeverMakesTheRepositoryAnew_WhenItIsGone()
    {
        using var scene = new PerformScene();
        scene.Order = scene.Order! with { Backup = scene.Order.Backup! with { MayInitialize = false } };

        var end = await scene.RunAsync("dump", "--file=all.sql", "--", "sh", "-c", $"touch '{scene.At("ran")}'");

        end.Result!.Outcome.ShouldBe(Outcome.RepositoryNotFound);
        (Directory.Exists(scene.At("repo")), File.Exists(scene.At("ran"))).ShouldBe((false, false));
    }

    /// <summary>A command that takes no more, and a file that is not there: what came is never closed as if it were whole.</summary>
    [Theory]
    [InlineData("all.sql", "head -c 10 >/dev/null; echo syntax error >&2; exit 4", Outcome.CommandFailed, "sh ended with exit code 4: syntax error")]
    [InlineData("all.sql", "cat >/dev/null; exit 5", Outcome.CommandFailed, "sh ended with exit code 5")]
    [InlineData("other.sql", "cat >/dev/null; touch whole", Outcome.Failed, "other.sql")]
    public async Task Restore_FailsByName_WhenCommandOrFileFails(string file, string script, string outcome, string message)
    {
        using var scene = new PerformScene();
        await scene.RunAsync("dump", "--file=all.sql", "--", "head", "-c", "3000000", "/dev/urandom");

        var end = await scene.RunAsync("restore", $"--file={file}", "--", "sh", "-c", $"cd '{scene.At("")}'; {script}");

        end.ExitCode.ShouldBe(ExitCodes.FailedForGood);
        end.Result!.Outcome.ShouldBe(outcome, end.Log);
        end.Result.Message.ShouldContain(message);
        File.Exists(scene.At("whole")).ShouldBeFalse("a part must never look like the whole");
        scene.Locks().ShouldBeEmpty();
    }

    [Fact]
    public async Task Backup_HoldsTheFolder_WhenItIsRestored()
    {
        using var scene = new PerformScene();
        Directory.CreateDirectory(scene.At("data/deep"));
        await File.WriteAllTextAsync(scene.At("data/deep/file"), "content", Token);
        await File.WriteAllTextAsync(scene.At("data/left-out"), "no", Token);

        var backup = await scene.RunAsync("backup", "--paths=", $"--mount={scene.At("data")}", "--exclude=left-out");
        var restore = await scene.RunAsync("restore", $"--target={scene.At("back")}", "--host=host-0");

        backup.ExitCode.ShouldBe(ExitCodes.Done, backup.Log);
        restore.ExitCode.ShouldBe(ExitCodes.Done, restore.Log);
        var root = scene.At("back") + scene.At("data");
        (await File.ReadAllTextAsync(Path.Combine(root, "deep/file"), Token)).ShouldBe("content");
        File.Exists(Path.Combine(root, "left-out")).ShouldBeFalse();
    }

    /// <summary>What is asked for wrongly, and the first words of why it is refused.</summary>
    [Theory]
    [InlineData(ExitCodes.FailedForGood, "the command whose output is backed up is missing", "dump", "--file=all.sql")]
    [InlineData(ExitCodes.FailedForGood, "file: \"\" must be a file's name without folders", "dump", "--", "echo")]
    [InlineData(ExitCodes.FailedForGood, "file: \"a/b\" must be a file's name without folders", "dump", "--file=a/b", "--", "echo")]
    [InlineData(ExitCodes.FailedForGood, "--file and a command belong together", "restore", "--file=all.sql")]
    [InlineData(ExitCodes.FailedForGood, "backup.paths: Required value", "backup", "--paths=")]
    [InlineData(ExitCodes.FailedForGood, "no-such-program could not be started", "dump", "--file=a", "--", "no-such-program")]
    [InlineData(ExitCodes.Refused, "stats is what a session orders", "stats")]
    public async Task Perform_RefusesByName_WhenAskedWrongly(int exitCode, string message, params string[] arguments)
    {
        using var scene = new PerformScene();

        var end = await scene.RunAsync(arguments);

        end.ExitCode.ShouldBe(exitCode, end.Log);
        end.Log.ShouldContain(message);
    }

    [Fact]
    public async Task Perform_SaysWhatIsMissing_WhenThereIsNoOrder()
    {
        using var scene = new PerformScene { Order = null };

        var end = await scene.RunAsync("backup", "--paths=/data");

        end.ExitCode.ShouldBe(ExitCodes.Refused);
        end.Log.ShouldContain("--repository is required where STASH_ORDER is not set");
    }
}
