using System.Collections.Concurrent;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Signals;
using Stash.Runner.Run;
using Stash.Runner.Tests.Run;

namespace Stash.Runner.Tests.Batches;

public sealed class BatchTests
{
    private const string Lock = """ "hooks":{"preBackup":{"exec":["lock"]},"postBackup":{"exec":["unlock"]}} """;
    private const string NoSuchSet = """{"target":{"alias":"x","ref":{"apiVersion":"apps/v1","kind":"StatefulSet","name":"x"},"paths":["/x"]}}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_BacksUpEveryMemberInOneSession_WhenNothingIsWrong()
    {
        var batch = new BatchScene();

        (await batch.Scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done, string.Join("; ", batch.Scene.Log));

        batch.Phases.ShouldBe("db=Succeeded web=Succeeded");
        var session = batch.Scene.Session();
        session.Spec.Invoker.ShouldBe(new InvokerReference { ApiGroup = StashApi.Group, Kind = "BackupBatch", Name = "shop" });
        session.Metadata.OwnerReferences.ShouldHaveSingleItem().ApiVersion.ShouldBe("stash.appscode.com/v1beta1");
        session.Metadata.Labels![Labels.InvokerKind].ShouldBe("BackupBatch");
        session.Status!.Phase.ShouldBe(Phase.Succeeded);
        var backups = batch.Scene.Asked.Where(asked => asked.Request.Verb == SignalVerb.Backup).Select(asked => asked.Request.Backup!).ToList();
        backups.Select(order => $"{order.Host} {string.Join(',', order.Paths)}").ShouldBe(["db-0 /data", "web-0 /srv"]);
        backups.ShouldAllBe(order => order.Tags.SequenceEqual(new[] { "stash-batch:app/shop", $"stash-session:{session.Metadata.Name}" }));
        batch.Scene.Asked.Where(asked => asked.Request.Verb == SignalVerb.Forget).Select(asked => $"{asked.Pod} {string.Join(',', asked.Request.Forget!.Hosts)} {asked.Request.Forget.Tag}")
            .ShouldBe(["db-0 db-0 stash-batch:app/shop", "web-1-x web-0 stash-batch:app/shop"], "once for each member's hosts, and after every backup");
        batch.Steps.FindIndex(step => step.EndsWith(SignalVerb.Forget, StringComparison.Ordinal)).ShouldBeGreaterThan(batch.Steps.FindLastIndex(step => step.EndsWith(SignalVerb.Backup, StringComparison.Ordinal)));
        var status = batch.Scene.Cluster.Peek(ResourceTypes.BackupBatches, "shop")!["status"].ShouldNotBeNull();
        ((string?)status["lastResult"]).ShouldBe(Phase.Succeeded);
        ((long?)status["lastSizeBytes"]).ShouldBe(2 * 2048);
        batch.Scene.EventsOf("BackupBatch").Count.ShouldBe(2, "began and succeeded");
        batch.Scene.RepositoryField("firstBackupTime").ShouldNotBeNull();
    }

    /// <summary>What is wrong with member db, its condition and its reason.</summary>
    public static TheoryData<string, string, string> Troubles => new()
    {
        { "no such workload", SessionConditions.BackupExecutorEnsured, FailureCodes.TargetNotFound },
        { "no pods", SessionConditions.BackupExecutorEnsured, FailureCodes.NoPods },
        { "preBackup fails", SessionConditions.PreBackupHookExecutionSucceeded, FailureCodes.HookFailed },
        { "postBackup fails", SessionConditions.PostBackupHookExecutionSucceeded, FailureCodes.HookFailed },
        { "invalid", SessionConditions.ValidationPassed, FailureCodes.ConfigInvalid },
        { "restic fails", "", Outcome.RepositoryDamaged },
        { "retention fails", SessionConditions.RetentionPolicyApplied, Outcome.RepositoryDamaged },
    };

    [Theory]
    [MemberData(nameof(Troubles))]
    public async Task Run_KeepsAMembersFailureToItself(string trouble, string condition, string reason)
    {
        var batch = new BatchScene(db: trouble == "invalid" ? $$"""{{Lock}},"tempDir":{"medium":"Disk"}""" : Lock);
        batch.OnHook = (request, _) => Task.FromResult(trouble == "preBackup fails" && request.Command[0] == "lock" || trouble == "postBackup fails" && request.Command[0] == "unlock" ? 1 : 0);
        batch.OnSignal = (request, pod) => (trouble, request.Verb, pod) is ("restic fails", SignalVerb.Backup, "db-0") or ("retention fails", SignalVerb.Forget, "db-0")
            ? Scene.Failed(request, Outcome.RepositoryDamaged)
            : null;
        if (trouble == "no such workload")
        {
            await batch.Scene.Cluster.DeleteAsync(ResourceTypes.StatefulSets, Scene.Namespace, "db", null, Token);
        }
        else if (trouble == "no pods")
        {
            await batch.Scene.Cluster.DeleteAsync(ResourceTypes.Pods, Scene.Namespace, "db-0", null, Token);
        }

        (await batch.Scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        batch.Phases.ShouldBe("db=Failed web=Succeeded", string.Join("; ", batch.Scene.Log));
        batch.Status.Phase.ShouldBe(Phase.Failed);
        batch.Target("db").Conditions.ShouldNotBeNull().FirstOrDefault(c => c.Status == "False").ShouldBe(
            condition.Length == 0 ? null : batch.Target("db").Conditions!.Single(c => c.Type == condition && c.Reason == reason));
        batch.Target("web").Conditions.ShouldNotBeNull().ShouldAllBe(c => c.Status == "True");
        (batch.Status.Conditions ?? []).ShouldNotContain(c => c.Status == "False");
        batch.Steps.ShouldContain($"web-1-x {SignalVerb.Forget}");
        var told = batch.Scene.EventsOf("BackupBatch").Single(e => e.StartsWith(EventReasons.Failed, StringComparison.Ordinal));
        told.ShouldContain(reason);
        told.ShouldContain(condition.Length > 0 ? "(StatefulSet db)" : "(db-0)");
    }

    [Fact]
    public async Task Run_GoesFromMemberToMember_WhenTheyAreSequential()
    {
        var batch = new BatchScene(""" "executionOrder":"Sequential" """, Lock, Lock);
        batch.RepositoryExists();
        batch.OnSignal = (request, pod) => request.Verb == SignalVerb.Backup && pod == "db-0" ? Scene.Failed(request, Outcome.RepositoryDamaged) : null;

        await batch.Scene.RunAsync(stop: Token);

        batch.Steps.Take(6).ShouldBe(["db-0 lock", "db-0 backup", "db-0 unlock", "web-1-x lock", "web-1-x backup", "web-1-x unlock"]);
        batch.Phases.ShouldBe("db=Failed web=Succeeded");
    }

    [Theory]
    [InlineData(true, 2)]
    [InlineData(false, 1)]
    public async Task Run_BacksMembersUpSideBySide_WhenTheRepositoryExists(bool exists, int expected)
    {
        var batch = new BatchScene(db: Lock, web: Lock);
        if (exists)
        {
            batch.RepositoryExists();
        }

        var (within, most) = (0, 0);
        using var both = new SemaphoreSlim(0);
        batch.OnHook = async (request, token) =>
        {
            if (request.Command[0] == "lock")
            {
                most = Math.Max(most, Interlocked.Increment(ref within));
                if (!exists || within == expected)
                {
                    both.Release(expected);
                }

                await both.WaitAsync(TimeSpan.FromSeconds(30), token);
            }
            else
            {
                Interlocked.Decrement(ref within);
            }

            return 0;
        };

        (await batch.Scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        most.ShouldBe(expected);
    }

    [Fact]
    public async Task Run_Fails_WhenWhatIsCommonToAllMembersIsWrong()
    {
        var batch = new BatchScene(others: """{"target":{"alias":"db","ref":{"apiVersion":"apps/v1","kind":"StatefulSet","name":"db"},"paths":["/x"]}}""");

        (await batch.Scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        batch.Condition(SessionConditions.ValidationPassed)!.Message!.ShouldContain("spec.members[2].target.ref: Duplicate value");
        batch.Steps.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_IsSkipped_WhenTheBatchIsPausedOrRunsAlready()
    {
        var paused = new BatchScene(""" "paused":true """);
        (await paused.Scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);
        paused.Condition(SessionConditions.BackupSkipped)!.Message!.ShouldBe("BackupBatch shop is paused");

        // A session of a BackupConfiguration of the same name is no rival.
        var batch = new BatchScene();
        batch.Scene.AddJob("job-0");
        batch.Scene.AddSession("shop-1", Phase.Running, "job-0");
        batch.Scene.Edit(ResourceTypes.BackupSessions, "shop-1", json => json["spec"]!["invoker"]!["name"] = "shop");
        (await batch.Scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);
        batch.Scene.Sessions()[^1].Status!.Phase.ShouldBe(Phase.Succeeded);
        batch.Scene.Edit(ResourceTypes.BackupSessions, "shop-1", json => json["spec"]!["invoker"]!["kind"] = "BackupBatch");
        batch.Scene.AddJob("job-2");
        (await batch.Scene.RunAsync("job-2", stop: Token)).ShouldBe(ExitCodes.Done);
        batch.Scene.Sessions().ShouldContain(s => s.Status!.Phase == Phase.Skipped);
    }

    [Fact]
    public async Task Run_TellsOfEveryMember_WhenTheDeadlineComes()
    {
        var batch = new BatchScene(""" "executionOrder":"Sequential","timeOut":"1ms" """, others: NoSuchSet);

        (await batch.Scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        batch.Status.Phase.ShouldBe(Phase.Failed);
        (batch.Status.Targets ?? []).Select(target => target.Phase).ShouldAllBe(phase => SessionStatus.IsEnded(phase));
    }
}
