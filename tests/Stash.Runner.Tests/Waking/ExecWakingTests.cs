using System.Net;
using System.Net.Sockets;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Signals;
using Stash.Runner.Run;
using Stash.Runner.Tests.Run;
using Stash.Runner.Waking;

namespace Stash.Runner.Tests.Waking;

/// <summary>A custom sidecar that is woken by a command of its own.</summary>
public sealed class ExecWakingTests
{
    private const string Exec = """{"image":"maria:1","sidecar":{"signal":{"exec":["back-up","${mode:=full}","${BACKUP_SESSION}","${HOSTNAME}","${CONFIG_TAG}","$${HOME}"]}}}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("{}", "full")]
    [InlineData("""{"mode":"incremental"}""", "incremental")]
    public async Task Run_ExecsTheCommandWithItsVariables_AndRecordsWhatResticSaved(string given, string mode)
    {
        var scene = new Scene().WithSidecar(Exec, given).Ending(0, "begins", """{"message_type":"status","percent_done":0.5}""", CustomScene.Summary);

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        var session = scene.Session();
        scene.Steps.ShouldBe([$"db-0/stash: back-up {mode} {session.Metadata.Name} host-0 stash-config:app/db ${{HOME}}"]);
        var snapshot = scene.Host().Snapshots.ShouldHaveSingleItem();
        (snapshot.Name, snapshot.TotalSize, snapshot.Uploaded, snapshot.FileStats!.NewFiles).ShouldBe(("01234567", "2.000 KiB", "1.000 KiB", 2));
        scene.RepositoryField("lastBackupTime").ShouldNotBeNull();
        var retention = session.Status!.Conditions.ShouldHaveSingleItem();
        (retention.Type, retention.Status, retention.Reason).ShouldBe((SessionConditions.RetentionPolicyApplied, "True", CustomRetention.Reason));
        scene.EventsOf("BackupConfiguration")[^1].ShouldContain("host-0 01234567");
    }

    [Fact]
    public async Task Run_SucceedsWithoutSnapshots_WhenTheCommandTellsNoStatistics()
    {
        var scene = new Scene().WithSidecar(Exec).Ending(0, "done", """{"size":5}""");

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        (scene.Host().Phase, scene.Host().Snapshots).ShouldBe((Phase.Succeeded, null));
        scene.RepositoryField("lastBackupTime").ShouldNotBeNull();
        scene.EventsOf("BackupConfiguration")[^1].ShouldContain("host-0 (its sidecar told no statistics)");
        scene.Log.ShouldContain(line => line.Contains("no summary of restic's", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_FailsWithTheExitCodeAndLastWords_WhenTheCommandFails()
    {
        var scene = new Scene().WithSidecar(Exec).Ending(42, "the table is locked");

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        scene.Host().Error.ShouldNotBeNull().ShouldStartWith("Failed: the sidecar's command in pod db-0 ended with exit code 42: ");
        scene.Host().Error.ShouldNotBeNull().ShouldContain("the table is locked");
        scene.Host().Error.ShouldNotBeNull().ShouldContain("a word on standard error");
        scene.Steps.ShouldHaveSingleItem();
        scene.RepositoryField("lastBackupTime").ShouldBeNull();
        scene.Session().Status!.Conditions.ShouldBeNull();
    }

    /// <summary>Once it may run, it is not run again by itself.</summary>
    [Theory]
    [InlineData("lost", 1, FailureCodes.SidecarConnectionLost)]
    [InlineData("lost before a word", 1, FailureCodes.SidecarConnectionLost)]
    [InlineData("container gone", 1, FailureCodes.SidecarConnectionLost)]
    [InlineData("no such program", 2, FailureCodes.SidecarUnreachable)]
    [InlineData("API server away, then back", 2, null)]
    [InlineData("refused, then fine", 2, null)]
    public async Task Run_WakesOnce_UnlessNothingReachedTheContainer(string circumstance, int leastOrExactly, string? code)
    {
        var scene = new Scene().WithSidecar(Exec);
        scene.OnHook = async (request, _) =>
        {
            var first = scene.Steps.Count == 1;
            if (circumstance is "lost" or "container gone")
            {
                await request.OnStandardOutput!("begun\n"u8.ToArray());
            }

            return (circumstance, first) switch
            {
                ("lost" or "lost before a word", _) => throw new ExecConnectionException("exec: the connection was lost", new SocketException((int)SocketError.ConnectionReset)),
                ("container gone", _) => throw new KubernetesException(0, "container not running"),
                ("no such program", _) => throw new KubernetesException(HttpStatusCode.InternalServerError, "back-up: executable file not found in $PATH"),
                ("API server away, then back", true) => throw new ExecConnectionException("exec: refused", new SocketException((int)SocketError.ConnectionRefused)),
                ("refused, then fine", true) => throw new KubernetesException(HttpStatusCode.NotFound, "container stash is not running yet"),
                _ => 0,
            };
        };

        (await scene.RunAsync(stop: Token)).ShouldBe(code is null ? ExitCodes.Done : ExitCodes.FailedForGood);

        if (code == FailureCodes.SidecarUnreachable)
        {
            scene.Steps.Count.ShouldBeGreaterThanOrEqualTo(leastOrExactly);
            scene.Host().Error.ShouldNotBeNull().ShouldContain("executable file not found");
        }
        else
        {
            scene.Steps.Count.ShouldBe(leastOrExactly);
        }

        if (code is not null)
        {
            scene.Host().Error.ShouldNotBeNull().ShouldStartWith(code + ": ");
        }
    }

    [Fact]
    public async Task Run_EndsAtTheDeadline_WhenTheCommandNeverEnds()
    {
        var scene = new Scene().WithSidecar(Exec);
        scene.Limits = scene.Limits with { AfterDeadline = TimeSpan.FromSeconds(60) };
        scene.Edit(ResourceTypes.BackupConfigurations, "db", c => c["spec"]!["timeOut"] = "300ms");
        scene.OnHook = async (_, cancellationToken) =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return 0;
        };

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        scene.Host().Error.ShouldNotBeNull().ShouldStartWith($"{Outcome.DeadlineExceeded}: the sidecar of pod db-0 was not done by ");
        scene.Session().Status!.Conditions!.ShouldContain(c => c.Type == SessionConditions.DeadlineExceeded && c.Status == "True");
    }

    [Fact]
    public async Task Run_WakesItAgainForTheSameSession_WhenTheFirstRunnerWasStopped()
    {
        var scene = new Scene().WithSidecar(Exec);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        scene.OnHook = async (_, cancellationToken) =>
        {
            if (scene.Steps.Count == 1)
            {
                await stop.CancelAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }

            return 0;
        };
        (await scene.RunAsync(stop: stop.Token)).ShouldBe(ExitCodes.TryAgain);

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        scene.Session();
        scene.Steps.Count.ShouldBe(2);
        scene.Steps[1].ShouldBe(scene.Steps[0]);
    }

    [Fact]
    public async Task Run_SignalsTheRunnerInIt_WhenTheFunctionHasNoSignalOfItsOwn()
    {
        var scene = new Scene().WithSidecar("""{"image":"maria-with-runner:1"}""");

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        scene.Steps.ShouldBe([SignalVerb.Backup, SignalVerb.Forget, SignalVerb.Stats]);
        scene.Session().Status!.Conditions!.Single(c => c.Type == SessionConditions.RetentionPolicyApplied).Reason.ShouldBe("Applied");
    }

    [Theory]
    [InlineData(null, "{}", FailureCodes.FunctionNotFound, "spec.target.sidecar.functionName: Not found: \"maria-backup\"")]
    [InlineData("""{"args":["x"]}""", "{}", FailureCodes.FunctionUnusable, "spec.image: Required value")]
    [InlineData("""{"image":"a:1","args":["${mode}"]}""", "{}", FailureCodes.FunctionUnusable, "spec.args[0]: variable mode has no value")]
    [InlineData("""{"image":"a:1","sidecar":{"signal":{"exec":["x","${mode}"]}}}""", "{}", FailureCodes.FunctionUnusable, "spec.sidecar.signal.exec.command[1]: variable mode has no value")]
    public async Task Run_FailsByName_WhenTheFunctionIsNoLongerOfUse(string? spec, string given, string code, string message)
    {
        var scene = new Scene().WithSidecar(spec, given);

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        var condition = scene.Session().Status!.Conditions.ShouldHaveSingleItem();
        (condition.Type, condition.Status, condition.Reason).ShouldBe((SessionConditions.ValidationPassed, "False", code));
        condition.Message.ShouldNotBeNull().ShouldContain(message);
        scene.EventsOf("BackupConfiguration")[^1].ShouldContain($"{EventReasons.Failed}: {scene.Session().Metadata.Name}: {code}: ");
        scene.Steps.ShouldBeEmpty();
    }
}
