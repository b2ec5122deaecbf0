using System.Diagnostics;
using System.Text;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.LocalCluster;

namespace Stash.EndToEnd.Tests.Hooks;

/// <summary>
/// The runner is killed at every step of a session with hooks. Whatever it was at: the session ends, one snapshot of it is there, and what was
/// locked is released. What was seen is the table in docs/kills.md; <c>STASH_UPDATE_GOLDENS=1</c> writes it.
/// </summary>
public sealed class KillTests
{
    private const string Hooks = """
          hooks:
            preBackup: {exec: [sh, -c, 'echo lock >> /data/hooks; sleep 1; echo locked >> /data/hooks'], timeout: 30s}
            postBackup: {exec: [sh, -c, 'echo unlock >> /data/hooks; sleep 1; echo unlocked >> /data/hooks'], timeout: 30s}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Session_EndsWithOneSnapshotAndReleased_WhereverTheRunnerIsKilled()
    {
        Story? story = null;
        KillStep? step = null;
        var killed = false;
        await using var running = story = await BeginAsync(request =>
        {
            if (!killed && step?.Comes is { } comes && request is { Resource: "backupsessions/status", Verb: "patch", StatusCode: 200 }
                && story!.Cluster.Objects.Get(ResourceTypes.BackupSessions, Ledger.Namespace, request.Name)?["status"] is { } status && comes(status))
            {
                killed = Kill(story);
            }
        });
        var rows = new List<string>();
        foreach (var next in KillStep.All)
        {
            (step, killed) = (next, false);
            await ForgetAsync(story);
            if (next.Within == "restic")
            {
                await File.WriteAllBytesAsync(Path.Combine(story.Data, "noise"), Noise(1_500_000), Token);
            }

            var (before, clock) = (await story.NamesAsync(), Stopwatch.StartNew());
            var job = await story.StartBackupAsync();
            if (next.Within is { } what)
            {
                await story.UntilAsync($"{what} runs", async () => what == "restic"
                    ? story.ResticProcesses().Count > 0 && (await story.SessionsAsync()).Any(s => !before.Contains(s.Metadata.Name!) && s.Status?.Phase == Phase.Running)
                    : (await LinesAsync(story)).Contains(what));
                killed = Kill(story);
            }

            var ending = await story.EndOfAsync(job, before, clock);

            killed.ShouldBeTrue(next.Name);
            ending.Session.Status!.Phase.ShouldBe(Phase.Succeeded, $"{next.Name}: {string.Join('\n', ending.Events)}");
            ending.Job.ShouldBe("Complete", next.Name);
            var lines = await LinesAsync(story);
            lines[^1].ShouldBe("unlocked", next.Name);
            var snapshots = await SnapshotsAsync(story, ending.Session);
            snapshots.ShouldBe(1, next.Name);
            rows.Add($"| {next.Name} | {next.LeadsTo} | {lines.Count(l => l == "lock")} | {lines.Count(l => l == "unlock")} | {snapshots} | {await story.JobPodsAsync(job)} | {ending.Session.Status.Phase} |");
        }

        (step, killed) = (KillStep.All.Single(s => s.Name == "after preBackup"), false);
        rows.Add(await OrphanAsync(story, () => killed));
        await JudgeAsync(rows);
    }

    /// <summary>The runner is killed and its Job deleted while the application is locked: sync has the session released.</summary>
    private static async Task<string> OrphanAsync(Story story, Func<bool> killed)
    {
        await ForgetAsync(story);
        var before = await story.NamesAsync();
        var job = await story.StartBackupAsync();
        await story.UntilAsync("the runner was killed", () => Task.FromResult(killed()));
        await story.Client.DeleteAsync(ResourceTypes.Jobs, Ledger.Namespace, job, null, Token);
        await story.UntilAsync("the Job is gone", async () => await story.Client.FindAsync(ResourceTypes.Jobs, Ledger.Namespace, job, Token) is null && await story.RunnerProcessAsync(job) is null);
        (await LinesAsync(story))[^1].ShouldBe("locked");

        await story.SyncAsync();

        BackupSession? session = null;
        await story.UntilAsync("the session was released", async () =>
            (session = (await story.SessionsAsync()).Single(s => !before.Contains(s.Metadata.Name!))).Status?.Phase == Phase.Failed);
        var lines = await LinesAsync(story);
        lines.ShouldBe(["lock", "locked", "unlock", "unlocked"]);
        var snapshots = await SnapshotsAsync(story, session!);
        return $"| after preBackup, and its Job is deleted | sync has a Job run postBackup and end the session | 1 | 1 | {snapshots} | 1 | {session!.Status!.Phase} |";
    }

    private static async Task<Story> BeginAsync(Action<RecordedRequest> onAnswer)
    {
        var story = await Story.BeginAsync(Token, args: "--limit-upload=512", onAnswer: onAnswer);
        await story.ApplyAsync(Ledger.Backup(Ledger.ClaimedVolume, "--limit-upload=512") + "\n" + Hooks);
        await story.SyncAsync();
        return story;
    }

    private static bool Kill(Story story)
    {
        foreach (var pod in story.Cluster.Objects.List(ResourceTypes.Pods, Ledger.Namespace))
        {
            if (pod["metadata"]!["labels"]?["batch.kubernetes.io/job-name"] is not null
                && story.Cluster.ContainerProcess(Ledger.Namespace, (string)pod["metadata"]!["name"]!, "run") is { } process)
            {
                Processes.Kill(process);
                return true;
            }
        }

        return false;
    }

    private static async Task<string[]> LinesAsync(Story story) => await File.ReadAllLinesAsync(Path.Combine(story.Data, "hooks"), Token);

    /// <summary>An empty list of what the hooks did, which the application's user may write.</summary>
    private static async Task ForgetAsync(Story story)
    {
        var file = Path.Combine(story.Data, "hooks");
        await File.WriteAllTextAsync(file, "", Token);
        File.SetUnixFileMode(file, (UnixFileMode)0b110_110_110);
    }

    private static async Task<int> SnapshotsAsync(Story story, BackupSession session) => (await story.SnapshotsAsync())
        .Count(s => s["tags"]!.AsArray().Any(t => (string?)t == $"stash-session:{session.Metadata.Name}"));

    private static async Task JudgeAsync(List<string> rows)
    {
        var seen = new StringBuilder("""
            # What a killed runner leads to

            Each row is a session with both hooks whose runner was killed (SIGKILL) at the moment of the first column; its Job makes another attempt.
            Written by tests/Stash.EndToEnd.Tests/Hooks/KillTests.cs from what it saw, and held against it by every run: `STASH_UPDATE_GOLDENS=1` writes it anew.
            A hook that was cut off runs again, so hooks must be able to: a lock that is held already, or gone already, is no error.

            | killed | leads to | preBackup ran | postBackup ran | snapshots | attempts | session |
            |---|---|---|---|---|---|---|

            """).AppendJoin('\n', rows).Append('\n').ToString();
        var page = Path.Combine(Programs.Repository, "docs", "kills.md");
        if (Environment.GetEnvironmentVariable("STASH_UPDATE_GOLDENS") == "1")
        {
            await File.WriteAllTextAsync(page, seen, Token);
        }

        (await File.ReadAllTextAsync(page, Token)).ShouldBe(seen, "STASH_UPDATE_GOLDENS=1 writes what was seen; read the diff");
    }

    private static byte[] Noise(int size)
    {
        var bytes = new byte[size];
        new Random(42).NextBytes(bytes);
        return bytes;
    }
}
