using Stash.Core.Api;
using Stash.Core.Kubernetes;

namespace Stash.EndToEnd.Tests.Tasks;

/// <summary>A claim is backed up by the built-in Task, and restored by the built-in Function.</summary>
public sealed class ClaimTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PvcBackup_HoldsEveryFile_WhenItIsRestored()
    {
        await using var story = await TaskStory.BeginAsync();
        await story.ApplyAsync(TaskManifests.Claim("data"));
        await story.ApplyAsync(TaskManifests.Claim("restored"));
        await WriteAsync(story.Claim("data"));
        var before = await Listing.OfAsync(story.Claim("data"), Token);
        await story.ApplyAsync(TaskManifests.Config("files", """
              task: {name: pvc-backup}
              tempDir: {sizeLimit: 64Mi}
              target:
                ref: {apiVersion: v1, kind: PersistentVolumeClaim, name: data}
                exclude: [left-out]
            """));
        await story.SyncAsync();

        var first = await story.BackUpAsync("files");
        var second = await story.BackUpAsync("files");

        foreach (var session in new[] { first, second })
        {
            session.Status!.Phase.ShouldBe(Phase.Succeeded, string.Join('\n', await story.EventsAsync("files")));
            session.Status.Conditions!.Single(c => c.Type == "RetentionPolicyApplied").Status.ShouldBe("True");
        }

        var host = second.Status!.Targets.ShouldHaveSingleItem().Stats.ShouldHaveSingleItem();
        (host.Hostname, host.Snapshots.ShouldHaveSingleItem().Path).ShouldBe(("host-0", "/stash-data"));
        (await story.SnapshotsAsync("files")).Count.ShouldBe(1, "keepLast is 1");
        var repository = await story.Client.GetAsync(ResourceTypes.Repositories, TaskStory.Namespace, "repo", Token);
        ((long?)repository["status"]!["snapshotCount"], (long?)repository["status"]!["snapshotsRemovedOnLastCleanup"]).ShouldBe((1, 1));
        (await Listing.OfAsync(story.Claim("data"), Token)).ShouldBe(before, "a backup changes nothing, not even whose files they are");

        await story.RestoreAsync("pvc-restore", "files", new Dictionary<string, string>(), "restored");
        File.Delete(Path.Combine(story.Claim("data"), "left-out"));
        (await Listing.OfAsync(story.Claim("restored"), Token)).ShouldBe(await Listing.OfAsync(story.Claim("data"), Token));

        // What a session made goes with it.
        (await story.JobsOfAsync(first)).Count.ShouldBe(3, "the Task's, and one each for retention and statistics");
        await story.Client.DeleteAsync(ResourceTypes.BackupSessions, TaskStory.Namespace, first.Metadata.Name!, null, Token);
        await story.UntilAsync("the session's Jobs are collected", async () => (await story.JobsOfAsync(first)).Count == 0);
    }

    [Fact]
    public async Task Run_GoesOnWithTheSameJob_WhenTheRunnerIsKilled()
    {
        await using var story = await TaskStory.BeginAsync();
        await story.ApplyAsync(TaskManifests.Claim("data"));
        await File.WriteAllBytesAsync(Path.Combine(story.Claim("data"), "large"), Noise(5_000_000), Token);
        await story.ApplyAsync(TaskManifests.Config("files", """
              task: {name: pvc-backup}
              target:
                ref: {apiVersion: v1, kind: PersistentVolumeClaim, name: data}
                args: [--limit-upload=512]
            """));
        await story.SyncAsync();

        var session = await story.BackUpAsync("files", async (runner, job) =>
        {
            await story.UntilAsync("the Job's step runs", async () => await story.ProcessAsync(job, "pvc-backup") is not null);
            Processes.Kill((await story.ProcessAsync(runner, "run")).ShouldNotBeNull());
        });

        session.Status!.Phase.ShouldBe(Phase.Succeeded, string.Join('\n', await story.EventsAsync("files")));
        (await story.SnapshotsAsync("files")).ShouldHaveSingleItem();
        (await story.JobsOfAsync(session)).Count(name => name.StartsWith("stash-task-", StringComparison.Ordinal)).ShouldBe(1);
    }

    private static async Task WriteAsync(string folder)
    {
        var odd = Directory.CreateDirectory(Path.Combine(folder, " odd names ", "größe-日本語")).FullName;
        await File.WriteAllTextAsync(Path.Combine(odd, "it's \"quoted\", with $HOME"), "quotes", Token);
        await File.WriteAllBytesAsync(Path.Combine(folder, "noise"), Noise(3_000_000), Token);
        await File.WriteAllTextAsync(Path.Combine(folder, "private"), "only its owner reads it", Token);
        File.SetUnixFileMode(Path.Combine(folder, "private"), UnixFileMode.UserRead);
        await File.WriteAllTextAsync(Path.Combine(folder, "left-out"), "no", Token);
        File.CreateSymbolicLink(Path.Combine(folder, "dangling"), "/nowhere/at/all");
    }

    private static byte[] Noise(int size)
    {
        var bytes = new byte[size];
        new Random(42).NextBytes(bytes);
        return bytes;
    }
}
