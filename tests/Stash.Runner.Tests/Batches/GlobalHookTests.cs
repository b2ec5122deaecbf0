using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Signals;
using Stash.Runner.Run;
using Stash.Runner.Tests.Hooks;
using Stash.Runner.Tests.Run;

namespace Stash.Runner.Tests.Batches;

public sealed class GlobalHookTests
{
    private const string Fine = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    private const string Broken = "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    private const string Lock = """ "hooks":{"preBackup":{"exec":["lock"]},"postBackup":{"exec":["unlock"]}} """;
    private const string Pre = SessionConditions.GlobalPreBackupHookSucceeded;
    private const string Post = SessionConditions.GlobalPostBackupHookSucceeded;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static MatrixTheoryData<int, string> Deaths => new(Enumerable.Range(1, 32), ["Sequential", "Parallel"]);

    [Fact]
    public async Task Run_PutsTheGlobalHooksAroundAllMembers()
    {
        BatchScene? batch = null;
        await using var gate = new Listener(Fine) { OnRequest = request => batch!.Note("gate", Path(request)) };
        batch = new BatchScene(Hooks(gate, gate), Lock, Lock);

        (await batch.Scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done, string.Join("; ", batch.Scene.Log));

        var steps = batch.Steps.Where(step => !step.EndsWith(SignalVerb.Stats, StringComparison.Ordinal)).ToList();
        steps[0].ShouldBe("gate /close");
        steps[7].ShouldBe("gate /open", string.Join(", ", steps));
        steps[1..7].Order(StringComparer.Ordinal).ShouldBe(["db-0 backup", "db-0 lock", "db-0 unlock", "web-1-x backup", "web-1-x lock", "web-1-x unlock"]);
        steps[8..].ShouldBe(["db-0 forget", "web-1-x forget"]);
        (batch.Condition(Pre)!.Status, batch.Condition(Post)!.Status).ShouldBe(("True", "True"));
        gate.Requests[1].ShouldContain("Succeeded");
    }

    [Fact]
    public async Task Run_SkipsEveryMember_WhenTheGlobalPreBackupHookFails()
    {
        await using var broken = new Listener(Broken);
        await using var gate = new Listener(Fine);
        var batch = new BatchScene(Hooks(broken, gate), Lock, Lock);

        (await batch.Scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        batch.Steps.ShouldBeEmpty();
        batch.Phases.ShouldBe("db=Skipped web=Skipped");
        batch.Condition(Pre)!.Status.ShouldBe("False");
        batch.Condition(Post)!.Status.ShouldBe("True");
        gate.Requests.ShouldHaveSingleItem().ShouldContain("Failed");
        batch.Scene.EventsOf("BackupBatch").ShouldContain(e => e.StartsWith($"{EventReasons.Failed}: ", StringComparison.Ordinal) && e.Contains(FailureCodes.PreBackupHookFailed, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_FailsTheSession_WhenTheGlobalPostBackupHookFails()
    {
        await using var broken = new Listener(Broken);
        await using var gate = new Listener(Fine);
        var batch = new BatchScene(Hooks(gate, broken));

        (await batch.Scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        batch.Phases.ShouldBe("db=Succeeded web=Succeeded");
        batch.Status.Phase.ShouldBe(Phase.Failed);
        batch.Condition(Post)!.Reason.ShouldBe(FailureCodes.HookFailed);
    }

    [Theory]
    [InlineData("OnFailure", false, 0)]
    [InlineData("OnFailure", true, 1)]
    [InlineData("OnSuccess", true, 0)]
    [InlineData("OnSuccess", false, 1)]
    public async Task Run_AsksTheGlobalPolicyOfAllMembers(string policy, bool fails, int expected)
    {
        await using var gate = new Listener(Fine);
        var batch = new BatchScene($$""" "hooks":{"postBackup":{{Open(gate, policy)}} } """);
        batch.OnSignal = (request, pod) => fails && pod == "web-1-x" && request.Verb == SignalVerb.Backup ? Scene.Failed(request, Outcome.RepositoryDamaged) : null;

        await batch.Scene.RunAsync(stop: Token);

        gate.Requests.Count.ShouldBe(expected);
        batch.Condition(Post)!.Status.ShouldBe("True");
    }

    /// <summary>The first attempt dies at the n-th write of anything. Nothing is backed up unlocked or while the gate is open; at the end all is open and saved.</summary>
    [Theory]
    [MemberData(nameof(Deaths))]
    public async Task Run_GoesOnWhereItStopped_WhenTheFirstAttemptDiedAtAWrite(int write, string order)
    {
        BatchScene? batch = null;
        await using var gate = new Listener(Fine) { OnRequest = request => batch!.Note("gate", Path(request)) };
        batch = new BatchScene($""" "executionOrder":"{order}", """ + Hooks(gate, gate), Lock, Lock);
        batch.RepositoryExists();
        var writes = 0;
        batch.Scene.Cluster.OnCall = (verb, _) =>
        {
            if (verb is "create" or "patch" && Interlocked.Increment(ref writes) == write)
            {
                throw new KubernetesException(0, "connection refused");
            }
        };
        await batch.Scene.RunAsync(stop: Token);
        batch.Scene.Cluster.OnCall = (_, _) => { };

        (await batch.Scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done, $"{string.Join("; ", batch.Scene.Log)}; {string.Join(", ", batch.Steps)}");

        batch.Phases.ShouldBe("db=Succeeded web=Succeeded");
        var (closed, locked) = (false, new HashSet<string>());
        foreach (var step in batch.Steps.Select(step => step.Split(' ')))
        {
            closed = step[1] switch { "/close" => true, "/open" => false, _ => closed };
            _ = step[1] switch { "lock" => locked.Add(step[0]), "unlock" => locked.Remove(step[0]), _ => false };
            (step[1] != SignalVerb.Backup || (closed && locked.Contains(step[0]))).ShouldBeTrue(string.Join(", ", batch.Steps));
        }

        closed.ShouldBeFalse();
        locked.ShouldBeEmpty();
    }

    /// <summary>A dead runner's session: what began is released, what did not begin is not touched, the gate is opened.</summary>
    [Fact]
    public async Task Run_ReleasesWhatAnOrphanBegan_BeforeItBacksUpItself()
    {
        BatchScene? batch = null;
        await using var gate = new Listener(Fine) { OnRequest = request => batch!.Note("gate", Path(request)) };
        batch = new BatchScene(""" "executionOrder":"Sequential", """ + Hooks(gate, gate), Lock, Lock);
        using var killed = new CancellationTokenSource();
        batch.OnHook = async (_, token) =>
        {
            await killed.CancelAsync();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            return 0;
        };
        (await batch.Scene.RunAsync(stop: killed.Token)).ShouldBe(ExitCodes.TryAgain);
        batch.Steps.ShouldBe(["gate /close", "db-0 lock"]);
        batch.OnHook = (_, _) => Task.FromResult(0);
        batch.Scene.AddJob("job-1", "Failed");
        batch.Scene.AddJob("job-2");

        (await batch.Scene.RunAsync("job-2", stop: Token)).ShouldBe(ExitCodes.Done, string.Join("; ", batch.Scene.Log));

        batch.Steps.Take(5).ShouldBe(["gate /close", "db-0 lock", "db-0 unlock", "gate /open", "gate /close"]);
        batch.Scene.EventsOf("BackupSession").ShouldContain(e => e.Contains(FailureCodes.RunnerGone, StringComparison.Ordinal));
    }

    /// <summary>SIGTERM in the Job's last attempt: what began is released and the gate opened before the process ends.</summary>
    [Fact]
    public async Task Run_ReleasesWhatItBegan_WhenItIsToldToStopForGood()
    {
        BatchScene? batch = null;
        await using var gate = new Listener(Fine) { OnRequest = request => batch!.Note("gate", Path(request)) };
        batch = new BatchScene(""" "executionOrder":"Sequential", """ + Hooks(gate, gate), Lock, Lock);
        using var stop = new CancellationTokenSource();
        batch.Scene.AddJob("job-1", "FailureTarget");
        batch.OnHook = async (request, token) =>
        {
            if (request.Command[0] == "lock")
            {
                await stop.CancelAsync();
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
            }

            return 0;
        };

        (await batch.Scene.RunAsync(stop: stop.Token)).ShouldBe(ExitCodes.FailedForGood);

        batch.Steps.ShouldBe(["gate /close", "db-0 lock", "db-0 unlock", "gate /open"]);
        batch.Status.Phase.ShouldBe(Phase.Failed);
        batch.Target("db").Phase.ShouldBe(Phase.Failed);
    }

    private static string Hooks(Listener before, Listener after) => $$"""
        "hooks":{"preBackup":{"httpPost":{"host":"127.0.0.1","port":{{before.Port}},"path":"/close"} },"postBackup":{{Open(after, "Always")}} }
        """;

    private static string Open(Listener server, string policy) => $$$"""
        {"httpPost":{"host":"127.0.0.1","port":{{{server.Port}}},"path":"/open","body":"{{ .Status.Phase }} {{ .Invoker.Kind }}"},"executionPolicy":"{{{policy}}}"}
        """;

    private static string Path(string request) => request.Split(' ')[1];
}
