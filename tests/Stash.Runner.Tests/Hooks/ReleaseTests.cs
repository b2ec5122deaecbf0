using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Signals;
using Stash.Runner.Run;
using Stash.Runner.Tests.Run;

namespace Stash.Runner.Tests.Hooks;

/// <summary>A runner that dies leaves a lock behind: whoever comes next takes it away, and nobody takes it away under a new session's feet.</summary>
public sealed class ReleaseTests
{
    private const string Both = """{"preBackup":{"exec":["lock"]},"postBackup":{"exec":["unlock"]}}""";
    private const string Unlock = "db-0/main: unlock";
    private const string Post = SessionConditions.PostBackupHookExecutionSucceeded;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<int> Writes => [.. Enumerable.Range(1, 18)];

    /// <summary>The first attempt dies at the n-th write of anything; the second ends the one session. Nothing is backed up unlocked, and the lock is gone at the end.</summary>
    [Theory]
    [MemberData(nameof(Writes))]
    public async Task Run_ReleasesOnTheNextAttempt_WhenTheFirstDiedAtAWrite(int write)
    {
        var scene = new Scene();
        scene.Hook(Both);
        var writes = 0;
        scene.Cluster.OnCall = (verb, _) =>
        {
            if (verb is "create" or "patch" && Interlocked.Increment(ref writes) == write)
            {
                throw new KubernetesException(0, "connection refused");
            }
        };
        await scene.RunAsync(stop: Token);
        scene.Cluster.OnCall = (_, _) => { };

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        scene.Session().Status!.Phase.ShouldBe(Phase.Succeeded);
        var held = false;
        foreach (var step in scene.Steps)
        {
            held = step switch { "db-0/main: lock" => true, Unlock => false, _ => held };
            (step != SignalVerb.Backup || held).ShouldBeTrue(string.Join(", ", scene.Steps));
        }

        held.ShouldBeFalse(string.Join(", ", scene.Steps));
        scene.Steps.ShouldContain(Unlock);
    }

    /// <summary>The backup failed, the application was released, and then the attempt died: another does not back up what nothing holds still.</summary>
    [Fact]
    public async Task Run_BacksNothingMoreUp_WhenAnEarlierAttemptHadReleasedTheApplication()
    {
        var scene = new Scene();
        scene.Hook(Both);
        Repository(scene, "other");
        var over = false;
        scene.OnHook = (_, _) =>
        {
            over = true;
            return Task.FromResult(0);
        };
        scene.Cluster.OnCall = (verb, _) =>
        {
            if (over && verb == "patch")
            {
                throw new KubernetesException(0, "connection refused");
            }
        };
        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.TryAgain);
        scene.Cluster.OnCall = (_, _) => { };
        Repository(scene, "repo");

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        scene.Asked.ShouldBeEmpty();
        scene.Steps.ShouldBe([Unlock, Unlock]);
        scene.EventsOf("BackupConfiguration")[^1].ShouldContain(FailureCodes.RepositoryObjectNotFound);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("FailureTarget", true)]
    public async Task Run_ReleasesOnSigterm_UnlessItsJobTriesAgain(string? jobCondition, bool releases)
    {
        var scene = new Scene();
        scene.Hook(Both);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var exec = scene.Cluster.OnExec;
        scene.Cluster.OnExec = async (request, token) =>
        {
            if (request.StandardInput is not null)
            {
                scene.AddJob("job-1", jobCondition);
                await stop.CancelAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            }

            return await exec(request, token);
        };

        await scene.RunAsync(stop: stop.Token);

        scene.Steps.ShouldBe(releases ? ["db-0/main: lock", Unlock] : ["db-0/main: lock"]);
        scene.Session().Status!.Phase.ShouldBe(releases ? Phase.Failed : Phase.Running);
    }

    [Fact]
    public async Task Run_LetsTheHookEnd_WhenSigtermComesWhileItReleases()
    {
        var scene = new Scene();
        scene.Hook(Both);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        scene.OnHook = async (request, token) =>
        {
            if (request.Command[0] == "unlock")
            {
                await stop.CancelAsync();
                token.IsCancellationRequested.ShouldBeFalse();
            }

            return 0;
        };

        (await scene.RunAsync(stop: stop.Token)).ShouldBe(ExitCodes.TryAgain);
        scene.HookCondition(Post)!.Status.ShouldBe("True");
        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        scene.Steps.Count(s => s == Unlock).ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_ReleasesAnOrphanFirst_ThenLocksAnew(bool alone)
    {
        var scene = new Scene();
        scene.Hook(Both);
        scene.Edit(ResourceTypes.BackupConfigurations, "db", c => c["spec"]!["backupHistoryLimit"] = 5);
        Orphan(scene);

        (await scene.RunAsync(release: alone ? "db-1" : null, stop: Token)).ShouldBe(ExitCodes.Done);

        scene.Steps.ShouldBe(alone ? [Unlock] : [Unlock, "db-0/main: lock", SignalVerb.Backup, Unlock, SignalVerb.Forget, SignalVerb.Stats]);
        var orphan = scene.Sessions().Single(s => s.Metadata.Name == "db-1");
        orphan.Status!.Phase.ShouldBe(Phase.Failed);
        orphan.Status.Targets![0].Conditions!.Single(c => c.Type == Post).Status.ShouldBe("True");
        orphan.Metadata.Labels![Labels.ReleasedBy].ShouldBe("job-1");
        scene.EventsOf("BackupSession").ShouldContain(e => e.Contains(FailureCodes.RunnerGone, StringComparison.Ordinal));
    }

    /// <summary>Another Job releases the orphan: this session would lock what that one is about to unlock.</summary>
    [Fact]
    public async Task Run_IsSkipped_WhileAnotherJobReleasesAnOrphan()
    {
        var scene = new Scene();
        scene.Hook(Both);
        Orphan(scene);
        scene.AddJob("job-2");
        scene.Edit(ResourceTypes.BackupSessions, "db-1", s => s["metadata"]!["labels"]![Labels.ReleasedBy] = "job-2");

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        scene.Steps.ShouldBeEmpty();
        scene.Sessions().Single(s => s.Metadata.Name != "db-1").Status!.Phase.ShouldBe(Phase.Skipped);
    }

    [Fact]
    public async Task Run_LeavesTheReleaseToTheOther_WhenBothTakeTheOrphanOnAtOnce()
    {
        var scene = new Scene();
        scene.Hook(Both);
        Orphan(scene);
        scene.AddJob("job-2");
        scene.Cluster.OnCall = (verb, plural) =>
        {
            if (verb == "patch" && plural == "backupsessions" && scene.Cluster.Peek(ResourceTypes.BackupSessions, "db-1")!["metadata"]!["labels"]![Labels.ReleasedBy] is null)
            {
                scene.Edit(ResourceTypes.BackupSessions, "db-1", s => s["metadata"]!["labels"]![Labels.ReleasedBy] = "job-2");
            }
        };

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        scene.Steps.ShouldBeEmpty();
        scene.Sessions().Single(s => s.Metadata.Name != "db-1").Status!.Phase.ShouldBe(Phase.Skipped);
    }

    [Theory]
    [InlineData("job-0", "db-1", ExitCodes.FailedForGood)]
    [InlineData("gone", "nowhere", ExitCodes.FailedForGood)]
    [InlineData("ended", "db-1", ExitCodes.Done)]
    public async Task Release_RunsNoHook_WhenThereIsNothingToRelease(string job, string session, int exitCode)
    {
        var scene = new Scene();
        scene.Hook(Both);
        scene.AddJob("job-0");
        scene.AddSession("db-1", job == "ended" ? Phase.Succeeded : Phase.Running, job);

        (await scene.RunAsync(release: session, stop: Token)).ShouldBe(exitCode);

        scene.Steps.ShouldBeEmpty();
    }

    private static void Repository(Scene scene, string name) =>
        scene.Edit(ResourceTypes.BackupConfigurations, "db", c => c["spec"]!["repository"]![0]!["name"] = name);

    private static void Orphan(Scene scene)
    {
        scene.AddSession("db-1", Phase.Running, "job-0");
        scene.Edit(ResourceTypes.BackupSessions, "db-1", s => s["status"]!["targets"] = System.Text.Json.Nodes.JsonNode.Parse("""
            [{"ref":{"apiVersion":"apps/v1","kind":"StatefulSet","name":"db"},"phase":"Running","hookPods":["db-0"],
              "conditions":[{"type":"PreBackupHookExecutionSucceeded","status":"True","reason":"Succeeded"}]}]
            """));
    }
}
