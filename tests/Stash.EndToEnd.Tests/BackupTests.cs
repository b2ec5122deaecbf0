using System.Diagnostics;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Signals;

[assembly: CollectionBehavior(MaxParallelThreads = 2)]
[assembly: System.Runtime.Versioning.SupportedOSPlatform("linux")]

namespace Stash.EndToEnd.Tests;

/// <summary>The main job on the real programs: what is in a snapshot is what was on disk, and one death does not cost or double it.</summary>
public sealed class BackupTests
{
    private const UnixFileMode Odd = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task FirstBackup_HoldsWhatWasOnDisk_WhenItIsRestored()
    {
        await using var story = await Story.BeginAsync(Token);
        await WriteFilesAsync(story.Data);
        var before = await Listing.OfAsync(story.Data, Token);

        var ending = await story.BackUpAsync();

        ending.Session.Status!.Phase.ShouldBe(Phase.Succeeded, string.Join('\n', ending.Events));
        ending.Job.ShouldBe("Complete");
        ending.Events.ShouldContain(e => e.StartsWith("BackupSucceeded:", StringComparison.Ordinal));
        ending.Host.Hostname.ShouldBe("host-0");
        var snapshot = (await story.SnapshotsAsync()).ShouldHaveSingleItem();
        ((string?)snapshot["short_id"]).ShouldBe(ending.Host.Snapshots!.ShouldHaveSingleItem().Name);
        snapshot["tags"]!.AsArray().Select(t => (string?)t).ShouldBe([$"stash-config:{Ledger.Namespace}/{Ledger.Name}", $"stash-session:{ending.Session.Metadata.Name}"]);
        var repository = await story.Client.GetAsync(ResourceTypes.Repositories, Ledger.Namespace, Ledger.Name, Token);
        ((long?)repository["status"]!["snapshotCount"]).ShouldBe(1);
        repository["status"]!["firstBackupTime"].ShouldNotBeNull();

        var scratch = Path.Combine(story.Folder, "restored");
        await story.ResticAsync("--no-lock", "restore", "latest", "--target", scratch);
        (await Listing.OfAsync(Path.Combine(scratch, "data"), Token)).ShouldBe(before);
    }

    [Fact]
    public async Task Run_GoesOnWithTheSameBackup_WhenTheRunnerIsKilled()
    {
        await using var story = await Story.BeginAsync(Token, args: "--limit-upload=512");
        await File.WriteAllBytesAsync(Path.Combine(story.Data, "large"), Noise(5_000_000), Token);
        var (before, clock) = (await story.NamesAsync(), Stopwatch.StartNew());

        var job = await story.StartBackupAsync();
        int? runner = null;
        await story.UntilAsync("restic runs for the session", async () =>
            (runner = await story.RunnerProcessAsync(job)) is not null && story.ResticProcesses().Count > 0
            && (await story.SessionsAsync()).Any(s => s.Status?.Targets is [{ Stats: [{ Phase: Phase.Running }] }]));
        Processes.Kill(runner!.Value);
        var ending = await story.EndOfAsync(job, before, clock);

        ending.Session.Status!.Phase.ShouldBe(Phase.Succeeded, string.Join('\n', ending.Events));
        ending.Job.ShouldBe("Complete");
        (await story.SessionsAsync()).ShouldHaveSingleItem();
        (await story.SnapshotsAsync()).ShouldHaveSingleItem();
        (await story.JobPodsAsync(job)).ShouldBe(2);
    }

    [Fact]
    public async Task Run_FailsWithThePath_WhenAFileCannotBeRead()
    {
        await using var story = await Story.BeginAsync(Token);
        await File.WriteAllTextAsync(Path.Combine(story.Data, "open"), "read me", Token);
        await File.WriteAllTextAsync(Path.Combine(story.Data, "locked"), "you cannot", Token);
        File.SetUnixFileMode(Path.Combine(story.Data, "locked"), UnixFileMode.None);

        var ending = await story.BackUpAsync();

        ending.Session.Status!.Phase.ShouldBe(Phase.Failed);
        ending.Job.ShouldBe("Failed");
        ending.Host.Error.ShouldNotBeNull().ShouldStartWith($"{Outcome.FilesUnread}: 1 file could not be read: /data/locked");
        ending.Host.Snapshots.ShouldHaveSingleItem();
        ending.Events.ShouldContain(e => e.StartsWith("BackupFailed:", StringComparison.Ordinal) && e.Contains("/data/locked", StringComparison.Ordinal));
        (await story.SnapshotsAsync()).ShouldHaveSingleItem();
    }

    private static async Task WriteFilesAsync(string folder)
    {
        var odd = Directory.CreateDirectory(Path.Combine(folder, " odd names ", "größe-日本語-🗄")).FullName;
        await File.WriteAllTextAsync(Path.Combine(odd, "line\nbreak"), "newline", Token);
        await File.WriteAllTextAsync(Path.Combine(odd, "--delete"), "option", Token);
        await File.WriteAllTextAsync(Path.Combine(odd, "it's \"quoted\" $HOME \\ *"), "quotes", Token);
        await File.WriteAllBytesAsync(Path.Combine(folder, "noise"), Noise(3_000_000), Token);
        await File.WriteAllTextAsync(Path.Combine(folder, "moded"), "mode", Token);
        File.SetUnixFileMode(Path.Combine(folder, "moded"), Odd);
        File.SetLastWriteTimeUtc(Path.Combine(folder, "moded"), new DateTime(2001, 2, 3, 4, 5, 6, DateTimeKind.Utc).AddTicks(7_890_123));
        File.CreateSymbolicLink(Path.Combine(folder, "dangling"), "/nowhere/at/all");
        await using var sparse = File.Create(Path.Combine(folder, "sparse"));
        sparse.SetLength(20_000_000);
    }

    private static byte[] Noise(int size)
    {
        var bytes = new byte[size];
        new Random(42).NextBytes(bytes);
        return bytes;
    }
}
