using System.Net;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Signals;
using Stash.Runner.Run;

namespace Stash.Runner.Tests.Run;

public sealed class BackupRunTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_RecordsSessionRepositoryAndEvents_WhenTheBackupSucceeds()
    {
        var scene = new Scene(pods: 2);

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        var status = scene.Session().Status!;
        status.Phase.ShouldBe(Phase.Succeeded);
        var target = status.Targets.ShouldHaveSingleItem();
        target.TotalHosts.ShouldBe(2);
        target.Stats!.Select(s => s.Hostname).ShouldBe(["host-0", "host-1"]);
        var snapshot = target.Stats![0].Snapshots.ShouldHaveSingleItem();
        (snapshot.Name, snapshot.Path, snapshot.TotalSize, snapshot.Uploaded, snapshot.ProcessingTime)
            .ShouldBe(("01234567", "/data", "2.000 KiB", "1.000 KiB", "0:01"));
        status.Conditions!.ToDictionary(c => c.Type, c => c.Status).ShouldBe(
            new Dictionary<string, string>
            {
                [SessionConditions.BackendRepositoryInitialized] = "True",
                [SessionConditions.RetentionPolicyApplied] = "True",
                [SessionConditions.RepositoryMetricsPushed] = "True",
            },
            ignoreOrder: true);
        (scene.RepositoryField("totalSize"), scene.RepositoryField("snapshotCount"), scene.RepositoryField("snapshotsRemovedOnLastCleanup"))
            .ShouldBe(("3.000 MiB", "3", "1"));
        scene.RepositoryField("firstBackupTime").ShouldNotBeNull();
        scene.EventsOf("BackupConfiguration").Select(e => e.Split(':')[0]).ShouldBe([EventReasons.Started, EventReasons.Succeeded]);
        scene.EventsOf("BackupSession").ShouldHaveSingleItem().ShouldContain("host-0 01234567");
        scene.Cluster.All(ResourceTypes.Leases).ShouldBeEmpty();
        (scene.ConfigField("lastSession"), scene.ConfigField("lastResult"), scene.ConfigField("lastSizeBytes"), scene.ConfigField("consecutiveFailures"))
            .ShouldBe((scene.Session().Metadata.Name, Phase.Succeeded, "4096", "0"));
        scene.ConfigField("lastSuccessTime").ShouldBe(scene.ConfigField("lastSessionTime"));
        scene.ConfigField("nextScheduleTime")!.ShouldEndWith("T03:00:00Z");
        scene.Asked.Select(a => (a.Request.Verb, a.Request.Backup?.MayInitialize)).ShouldBe(
            [(SignalVerb.Backup, true), (SignalVerb.Backup, false), (SignalVerb.Forget, null), (SignalVerb.Stats, null)]);
    }

    /// <summary>Every failure ends in its own name, in status and Event, and exit code 10.</summary>
    [Theory]
    [InlineData(Outcome.WrongPassword, false, 1)]
    [InlineData(Outcome.StorageFull, false, 1)]
    [InlineData(Outcome.RepositoryNotFound, false, 1)]
    [InlineData(Outcome.ResticKilled, true, 3)]
    [InlineData(Outcome.SidecarRestarted, true, 3)]
    public async Task Run_FailsByName_WhenTheSidecarReports(string outcome, bool retryable, int attempts)
    {
        var scene = new Scene { Answer = (request, _) => Scene.Failed(request, outcome, retryable) };

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        var status = scene.Session().Status!;
        status.Phase.ShouldBe(Phase.Failed);
        status.Targets![0].Stats![0].Error.ShouldBe($"{outcome}: what restic said");
        scene.EventsOf("BackupConfiguration")[^1].ShouldContain($"{EventReasons.Failed}: {scene.Session().Metadata.Name}: {outcome}: what restic said");
        scene.Asked.Select(a => a.Request.Session).Distinct().Count().ShouldBe(attempts);
        scene.RepositoryField("firstBackupTime").ShouldBeNull();
    }

    [Fact]
    public async Task Run_SucceedsOnTheSecondAttempt_WhenTheFirstFailsInAWayThatPasses()
    {
        var scene = new Scene();
        scene.Answer = (request, _) =>
            scene.Asked.Count == 1 ? Scene.Failed(request, Outcome.ResticKilled, retryable: true) : Scene.Succeeded(request);

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        scene.Asked.Take(2).Select(a => a.Request.Session).ShouldBe([scene.Session().Metadata.Name, scene.Session().Metadata.Name + ".2"]);
    }

    [Fact]
    public async Task Run_FailsAndListsTheSnapshot_WhenFilesCouldNotBeRead()
    {
        var scene = new Scene
        {
            Answer = (request, _) => request.Verb == SignalVerb.Backup
                ? Scene.Succeeded(request) with { Outcome = Outcome.FilesUnread, UnreadCount = 3, UnreadPaths = ["/data/a", "/data/b"] }
                : Scene.Succeeded(request),
        };

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        var host = scene.Session().Status!.Targets![0].Stats![0];
        host.Error.ShouldBe("FilesUnread: 3 files could not be read: /data/a, /data/b, ...; the snapshot holds the rest");
        host.Snapshots.ShouldHaveSingleItem();
        scene.Asked.ShouldNotContain(a => a.Request.Verb == SignalVerb.Forget);
        scene.Session().Status!.Conditions!.Single(c => c.Type == SessionConditions.RetentionPolicyApplied).Reason.ShouldBe(SessionEnd.SkippedRetention);
        scene.RepositoryField("firstBackupTime").ShouldNotBeNull();
    }

    [Fact]
    public async Task Run_NeverMakesTheRepositoryAnew_WhenItWasBackedUpBefore()
    {
        var scene = new Scene();
        scene.Edit(ResourceTypes.Repositories, "repo", r => r["status"] = new JsonObject { ["firstBackupTime"] = "2026-01-01T00:00:00Z" });

        await scene.RunAsync(stop: Token);

        scene.Asked[0].Request.Backup!.MayInitialize.ShouldBeFalse();
        scene.RepositoryField("firstBackupTime").ShouldBe("2026-01-01T00:00:00Z");
    }

    /// <summary>The first attempt dies at the n-th write of anything; the second ends the one session, and no host is backed up twice under another name.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(10)]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Run_EndsTheSameSession_WhenTheFirstAttemptDiedAtAWrite(int write)
    {
        var scene = new Scene(pods: 2);
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
        scene.Asked.Where(a => a.Request.Verb == SignalVerb.Backup).Select(a => (a.Request.Session, a.Request.Backup!.Host)).Distinct().Count().ShouldBe(2);
        scene.EventsOf("BackupConfiguration").ShouldContain(e => e.StartsWith(EventReasons.Succeeded, StringComparison.Ordinal));
    }

    /// <summary>Sync, or a user, writes between the runner's read and its write, for the first so many times.</summary>
    [Theory]
    [InlineData(1, "1", "by sync")]
    [InlineData(3, "1", "by sync")]
    [InlineData(1000, null, "by sync")]
    public async Task Run_LosesNobodysWrite_WhenTheConfigsStatusIsContended(int writes, string? failures, string phase)
    {
        var scene = new Scene { Answer = (request, _) => Scene.Failed(request, Outcome.StorageFull) };
        scene.Cluster.OnCall = (verb, plural) =>
        {
            if (verb == "patch" && plural == "backupconfigurations" && writes-- > 0)
            {
                scene.Edit(ResourceTypes.BackupConfigurations, "db", c => (c["status"] ??= new JsonObject())["phase"] = "by sync");
            }
        };

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        (scene.ConfigField("consecutiveFailures"), scene.ConfigField("phase")).ShouldBe((failures, phase));
        scene.EventsOf("BackupConfiguration")[^1].ShouldContain(Outcome.StorageFull);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden)]
    [InlineData(HttpStatusCode.NotFound)]
    [InlineData((HttpStatusCode)0)]
    public async Task Run_StillSucceeds_WhenTheConfigsStatusCannotBeWritten(HttpStatusCode refusal)
    {
        var scene = new Scene();
        scene.Cluster.OnCall = (verb, plural) =>
        {
            if (verb == "patch" && plural == "backupconfigurations")
            {
                throw new KubernetesException(refusal, "no");
            }
        };

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        scene.Session().Status!.Phase.ShouldBe(Phase.Succeeded);
        scene.ConfigField("lastSession").ShouldBeNull();
        scene.Log.ShouldHaveSingleItem().ShouldBe($"config   the status of BackupConfiguration db does not tell of {scene.Session().Metadata.Name}: no");
    }

    [Fact]
    public async Task Run_CountsAFailureOnce_WhenTheJobTriesAgain()
    {
        var scene = new Scene { Answer = (request, _) => Scene.Failed(request, Outcome.StorageFull) };

        await scene.RunAsync(stop: Token);
        await scene.RunAsync(stop: Token);

        scene.ConfigField("consecutiveFailures").ShouldBe("1");
    }

    [Fact]
    public async Task Run_AttachesAgain_WhenTheConnectionIsCut()
    {
        var scene = new Scene();
        var cuts = 3;
        var answer = scene.Cluster.OnExec;
        scene.Cluster.OnExec = async (request, token) =>
        {
            if (cuts-- > 0)
            {
                scene.Receive(request);
                await request.OnStandardOutput!(Scene.Line(new SignalLine { Progress = new Progress { PercentDone = 0.5 } }).AsMemory(0, 7));
                throw new ExecConnectionException("connection reset by peer");
            }

            return await answer(request, token);
        };

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        scene.Asked.Where(a => a.Request.Verb == SignalVerb.Backup).Select(a => a.Request.Session).Distinct().ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("exit", FailureCodes.SidecarUnreachable)]
    [InlineData("forbidden", FailureCodes.ApiRefused)]
    [InlineData("fault", FailureCodes.InternalError)]
    public async Task Run_FailsByName_WhenTheSidecarCannotBeAsked(string how, string code)
    {
        var scene = new Scene();
        scene.Cluster.OnExec = async (request, _) =>
        {
            await request.OnStandardError!("no such file: stash-runner"u8.ToArray());
            return how switch
            {
                "forbidden" => throw new KubernetesException(HttpStatusCode.Forbidden, "pods/exec is forbidden"),
                "fault" => throw new InvalidOperationException("a bug"),
                _ => new ExecResult(127),
            };
        };

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        scene.Session().Status!.Phase.ShouldBe(Phase.Failed);
        scene.EventsOf("BackupSession").ShouldHaveSingleItem().ShouldContain(code);
    }

    [Fact]
    public async Task Run_FailsWithDeadlineExceeded_WhenTheSidecarNeverEnds()
    {
        var scene = new Scene();
        scene.Edit(ResourceTypes.BackupConfigurations, "db", c => c["spec"]!["timeOut"] = "300ms");
        scene.Cluster.OnExec = async (_, token) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return new ExecResult(0);
        };

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        var status = scene.Session().Status!;
        status.Conditions!.ShouldContain(c => c.Type == SessionConditions.DeadlineExceeded && c.Status == "True");
        status.Targets![0].Stats![0].Error!.ShouldStartWith(Outcome.DeadlineExceeded);
        scene.EventsOf("BackupConfiguration")[^1].ShouldContain(Outcome.DeadlineExceeded);
    }

    [Theory]
    [InlineData(null, Phase.Running, ExitCodes.TryAgain)]
    [InlineData("Failed", Phase.Failed, ExitCodes.FailedForGood)]
    [InlineData("FailureTarget", Phase.Failed, ExitCodes.FailedForGood)]
    public async Task Run_EndsTruthfully_WhenToldToStop(string? jobCondition, string phase, int exitCode)
    {
        var scene = new Scene();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        scene.Cluster.OnExec = async (_, token) =>
        {
            scene.AddJob("job-1", jobCondition);
            await stop.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return new ExecResult(0);
        };

        (await scene.RunAsync(stop: stop.Token)).ShouldBe(exitCode);

        scene.Session().Status!.Phase.ShouldBe(phase);
    }

    /// <summary>What stands in the way, as the config, and the code that the session ends with.</summary>
    [Theory]
    [InlineData("no-repository", FailureCodes.RepositoryObjectNotFound)]
    [InlineData("no-workload", FailureCodes.TargetNotFound)]
    [InlineData("no-pods", FailureCodes.NoPods)]
    [InlineData("no-sidecar", FailureCodes.SidecarMissing)]
    [InlineData("sidecar-waits", FailureCodes.SidecarNotRunning)]
    [InlineData("bad-type", FailureCodes.ConfigInvalid)]
    [InlineData("bad-config", FailureCodes.ConfigInvalid)]
    public async Task Run_FailsByName_WhenSomethingIsMissing(string what, string code)
    {
        var scene = new Scene();
        Disturb(scene, what);

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        scene.Session().Status!.Phase.ShouldBe(Phase.Failed);
        scene.EventsOf("BackupConfiguration")[^1].ShouldContain(code + ":");
        scene.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_IsSkipped_WhenThePausedConfigIsRun()
    {
        var scene = new Scene();
        scene.Edit(ResourceTypes.BackupConfigurations, "db", c => c["spec"]!["paused"] = true);

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        scene.Session().Status!.Phase.ShouldBe(Phase.Skipped);
        scene.EventsOf("BackupConfiguration").ShouldHaveSingleItem().ShouldContain("Paused");
        (scene.ConfigField("lastResult"), scene.ConfigField("consecutiveFailures"), scene.ConfigField("nextScheduleTime")).ShouldBe((Phase.Skipped, null, null));
    }

    [Fact]
    public async Task Run_IsSkipped_WhenAnotherSessionIsAlive()
    {
        var scene = new Scene();
        scene.AddJob("job-0");
        scene.AddSession("db-1", Phase.Running, "job-0");

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        scene.Sessions().Single(s => s.Metadata.Name != "db-1").Status!.Phase.ShouldBe(Phase.Skipped);
        scene.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_ClosesOrphansAndGoesOn_WhenTheirJobIsGone()
    {
        var scene = new Scene();
        scene.Edit(ResourceTypes.BackupConfigurations, "db", c => c["spec"]!["backupHistoryLimit"] = 5);
        scene.AddSession("db-1", Phase.Running, "job-0");

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        scene.Sessions().Single(s => s.Metadata.Name == "db-1").Status!.Phase.ShouldBe(Phase.Failed);
        scene.EventsOf("BackupSession").ShouldContain(e => e.Contains(FailureCodes.RunnerGone, StringComparison.Ordinal));
        scene.Sessions().Single(s => s.Metadata.Name != "db-1").Status!.Phase.ShouldBe(Phase.Succeeded);
    }

    [Fact]
    public async Task Run_AdoptsTheSession_WhenAUserMadeOne()
    {
        var scene = new Scene();
        scene.AddSession("by-hand", null, null);

        (await scene.RunAsync(session: "by-hand", stop: Token)).ShouldBe(ExitCodes.Done);

        scene.Session().Metadata.Labels![Labels.JobUid].ShouldBe("job-1");
        scene.Session().Status!.Phase.ShouldBe(Phase.Succeeded);
    }

    [Fact]
    public async Task Run_LeavesTheSessionAlone_WhenAnotherJobTookItOnMeanwhile()
    {
        var scene = new Scene();
        scene.AddSession("by-hand", null, null);
        scene.AddJob("job-2");
        scene.Cluster.OnCall = (verb, plural) =>
        {
            if (verb == "patch" && plural == "backupsessions" && scene.Session().Metadata.Labels!.Count == 0)
            {
                scene.Edit(ResourceTypes.BackupSessions, "by-hand", s => s["metadata"]!["labels"]![Labels.JobUid] = "job-2");
            }
        };

        (await scene.RunAsync(session: "by-hand", stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        scene.Session().Metadata.Labels![Labels.JobUid].ShouldBe("job-2");
        scene.Session().Status.ShouldBeNull();
        scene.Asked.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true, "Paused")]
    [InlineData(false, "AnotherSessionIsAlive")]
    public async Task Run_SkipsARequestedSession_WhenNoSessionMayRun(bool paused, string reason)
    {
        var scene = new Scene();
        scene.AddSession("by-hand", null, null);
        scene.AddJob("job-2");
        if (paused)
        {
            scene.Edit(ResourceTypes.BackupConfigurations, "db", c => c["spec"]!["paused"] = true);
        }
        else
        {
            scene.AddSession("db-1", Phase.Running, "job-2");
        }

        (await scene.RunAsync(session: "by-hand", stop: Token)).ShouldBe(ExitCodes.Done);

        var status = scene.Sessions().Single(s => s.Metadata.Name == "by-hand").Status!;
        (status.Phase, status.Conditions![0].Reason).ShouldBe((Phase.Skipped, reason));
        scene.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_Refuses_WhenThereIsNoSuchConfigOrSession()
    {
        var scene = new Scene();

        (await scene.RunAsync(session: "nowhere", stop: Token)).ShouldBe(ExitCodes.FailedForGood);
        await scene.Cluster.DeleteAsync(ResourceTypes.BackupConfigurations, "app", "db", null, Token);
        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        scene.Sessions().ShouldBeEmpty();
    }

    private static void Disturb(Scene scene, string what)
    {
        switch (what)
        {
            case "no-repository":
                scene.Edit(ResourceTypes.BackupConfigurations, "db", c => c["spec"]!["repository"]![0]!["name"] = "other");
                break;
            case "no-workload":
                scene.Edit(ResourceTypes.BackupConfigurations, "db", c => c["spec"]!["target"]!["ref"]!["name"] = "other");
                break;
            case "no-pods":
                scene.Edit(ResourceTypes.Pods, "db-0", p => p["metadata"]!["labels"]!["app"] = "other");
                break;
            case "no-sidecar":
                scene.Edit(ResourceTypes.Pods, "db-0", p => { p["spec"]!["containers"]!.AsArray().RemoveAt(1); p["status"]!.AsObject().Remove("containerStatuses"); });
                break;
            case "sidecar-waits":
                scene.Edit(ResourceTypes.Pods, "db-0", p => p["status"]!.AsObject().Remove("containerStatuses"));
                break;
            case "bad-type":
                scene.Edit(ResourceTypes.BackupConfigurations, "db", c => c["spec"]!["schedule"] = 5);
                break;
            case "bad-config":
                scene.Edit(ResourceTypes.BackupConfigurations, "db", c => c["spec"]!["schedule"] = "61 * * * *");
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(what), what, null);
        }
    }
}
