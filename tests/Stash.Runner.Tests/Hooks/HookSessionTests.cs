using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Signals;
using Stash.Runner.Run;
using Stash.Runner.Tests.Run;

namespace Stash.Runner.Tests.Hooks;

/// <summary>A session with hooks: in which order, what is recorded, and that what was locked is released whatever happens.</summary>
public sealed class HookSessionTests
{
    private const string Both = """{"preBackup":{"exec":["lock","{{ .Status.Phase }}"]},"postBackup":{"exec":["unlock","{{ .Status.Phase }}"]}}""";
    private const string Pre = SessionConditions.PreBackupHookExecutionSucceeded;
    private const string Post = SessionConditions.PostBackupHookExecutionSucceeded;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_ReleasesBeforeRetention_WhenAllGoesWell()
    {
        var scene = new Scene();
        scene.Hook(Both);

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        scene.Steps.ShouldBe(["db-0/main: lock Running", SignalVerb.Backup, "db-0/main: unlock Succeeded", SignalVerb.Forget, SignalVerb.Stats]);
        (scene.HookCondition(Pre)!.Status, scene.HookCondition(Post)!.Status).ShouldBe(("True", "True"));
        scene.HookCondition(Post)!.Message.ShouldBe("postBackup ended well in db-0");
        scene.Session().Status!.Phase.ShouldBe(Phase.Succeeded);
    }

    [Fact]
    public async Task Run_RunsThemInEveryPod_WhenEveryPodIsBackedUp()
    {
        var scene = new Scene(pods: 3);
        scene.Hook(Both);

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        scene.Steps.Take(3).Order(StringComparer.Ordinal).ShouldBe(["db-0/main: lock Running", "db-1/main: lock Running", "db-2/main: lock Running"]);
        scene.Steps.Skip(6).Take(3).Order(StringComparer.Ordinal).ShouldBe(
            ["db-0/main: unlock Succeeded", "db-1/main: unlock Succeeded", "db-2/main: unlock Succeeded"]);
        scene.Session().Status!.Targets![0].HookPods.ShouldBe(["db-0", "db-1", "db-2"]);
    }

    [Fact]
    public async Task Run_SkipsTheBackupAndReleases_WhenPreBackupFails()
    {
        var scene = new Scene { OnHook = SayAsync("lock", 3) };
        scene.Hook(Both);

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        scene.Steps.ShouldBe(["db-0/main: lock Running", "db-0/main: unlock Failed"]);
        scene.HookCondition(Pre)!.ShouldSatisfyAllConditions(
            c => c.Status.ShouldBe("False"), c => c.Reason.ShouldBe(FailureCodes.HookFailed),
            c => c.Message.ShouldBe("pod db-0, container main: exit code 3: no such table"));
        scene.Session().Status!.Targets![0].Stats![0].Error.ShouldBe("PreBackupHookFailed: HookFailed: pod db-0, container main: exit code 3: no such table");
        scene.EventsOf("BackupConfiguration")[^1].ShouldEndWith(": PreBackupHookFailed: HookFailed: pod db-0, container main: exit code 3: no such table");
    }

    [Fact]
    public async Task Run_FailsButRetains_WhenPostBackupFails()
    {
        var scene = new Scene { OnHook = SayAsync("unlock", 1) };
        scene.Hook(Both);

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        scene.Steps.ShouldContain(SignalVerb.Forget);
        scene.Session().Status!.Targets![0].Stats![0].Phase.ShouldBe(Phase.Succeeded);
        scene.EventsOf("BackupSession")[^1].ShouldEndWith(": PostBackupHookFailed: HookFailed: pod db-0, container main: exit code 1: no such table");
    }

    [Fact]
    public async Task Run_TellsTheBackupsOwnFailureFirst_WhenPostBackupFailsToo()
    {
        var scene = new Scene { OnHook = SayAsync("unlock", 1), Answer = (request, _) => Scene.Failed(request, Outcome.StorageFull) };
        scene.Hook(Both);

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        var sentence = scene.EventsOf("BackupConfiguration")[^1];
        sentence.IndexOf(Outcome.StorageFull, StringComparison.Ordinal).ShouldBeInRange(1, sentence.IndexOf(FailureCodes.PostBackupHookFailed, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Always", true, true)]
    [InlineData("OnSuccess", true, true)]
    [InlineData("OnFailure", true, false)]
    [InlineData("OnFinalRetryFailure", true, false)]
    [InlineData("OnSuccess", false, false)]
    [InlineData("OnFailure", false, true)]
    [InlineData("OnFinalRetryFailure", false, true)]
    public async Task Run_FollowsTheExecutionPolicy(string policy, bool succeeds, bool runs)
    {
        var scene = new Scene();
        if (!succeeds)
        {
            scene.Answer = (request, _) => Scene.Failed(request, Outcome.StorageFull);
        }

        scene.Hook("""{"postBackup":{"exec":["told","{{ .Status.Error }}"],"executionPolicy":"POLICY"}}""".Replace("POLICY", policy, StringComparison.Ordinal));

        await scene.RunAsync(stop: Token);

        scene.Steps.Exists(s => s.Contains("told", StringComparison.Ordinal)).ShouldBe(runs);
        (scene.HookCondition(Post)!.Status, scene.HookCondition(Post)!.Reason).ShouldBe(("True", runs ? Phase.Succeeded : "NotDue"));
        (runs && !succeeds).ShouldBe(scene.Steps.Exists(s => s.EndsWith("told StorageFull: what restic said (host-0)", StringComparison.Ordinal)));
    }

    /// <summary>What stands in the way of the backup; what was locked, or might be, is released.</summary>
    [Theory]
    [InlineData("no-repository", FailureCodes.RepositoryObjectNotFound)]
    [InlineData("sidecar-waits", FailureCodes.SidecarNotRunning)]
    [InlineData("deadline", Outcome.DeadlineExceeded)]
    public async Task Run_Releases_WhateverStopsTheBackup(string what, string code)
    {
        var scene = new Scene();
        scene.Hook("""{"postBackup":{"exec":["unlock","{{ .Status.Error }}"]}}""");
        if (what == "no-repository")
        {
            scene.Edit(ResourceTypes.BackupConfigurations, "db", c => c["spec"]!["repository"]![0]!["name"] = "other");
        }
        else if (what == "sidecar-waits")
        {
            scene.Edit(ResourceTypes.Pods, "db-0", p => p["status"]!.AsObject().Remove("containerStatuses"));
        }
        else
        {
            scene.Edit(ResourceTypes.BackupConfigurations, "db", c => c["spec"]!["timeOut"] = "300ms");
            var exec = scene.Cluster.OnExec;
            scene.Cluster.OnExec = async (request, token) =>
            {
                if (request.StandardInput is not null)
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
                }

                return await exec(request, token);
            };
        }

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        scene.Steps.ShouldHaveSingleItem().ShouldStartWith($"db-0/main: unlock {code}: ");
        scene.HookCondition(Post)!.Status.ShouldBe("True");
        scene.EventsOf("BackupConfiguration")[^1].ShouldContain(code);
    }

    [Fact]
    public async Task Run_DoesNotReleaseWhatItNeverTook_WhenTheSessionIsSkipped()
    {
        var scene = new Scene();
        scene.Hook(Both);
        scene.Edit(ResourceTypes.BackupConfigurations, "db", c => c["spec"]!["paused"] = true);

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        scene.Steps.ShouldBeEmpty();
    }

    /// <summary>A Deployment's ready pod is another one once the hook has made the first not ready.</summary>
    [Fact]
    public async Task Run_ReleasesThePodThatItLocked_WhenAnotherWouldBeChosenNow()
    {
        var scene = new Scene(pods: 2);
        scene.Edit(ResourceTypes.BackupConfigurations, "db", c => c["spec"]!["target"]!["ref"]!["kind"] = "ReplicaSet");
        var set = scene.Cluster.Peek(ResourceTypes.StatefulSets, "db")!;
        set["kind"] = "ReplicaSet";
        scene.Cluster.Add(ResourceTypes.ReplicaSets, set);
        Ready(scene, "db-1", "True");
        scene.OnHook = (request, _) =>
        {
            Ready(scene, "db-1", "False");
            Ready(scene, "db-0", "True");
            return Task.FromResult(0);
        };
        scene.Hook(Both);

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        scene.Steps.Where(s => s.Contains('/', StringComparison.Ordinal)).ShouldBe(["db-1/main: lock Running", "db-1/main: unlock Succeeded"]);
    }

    [Theory]
    [InlineData("""{"preBackup":{"exec":["x"],"containerName":"mian"}}""", "HookContainerNotFound: pod db-0 has no container mian, which the hook's containerName asks for; did you mean main?")]
    [InlineData("""{"preBackup":{"httpGet":{"port":"web"}}}""", "HookFailed: pod db-0 has no address yet; see: kubectl describe pod db-0")]
    [InlineData("""{"preBackup":{"httpGet":{"port":"wbe","host":"db"}}}""", "HookPortUnknown: no container of pod db-0 names a port wbe; give it by number")]
    [InlineData("""{"preBackup":{"exec":["x"],"httpGet":{"port":80}}}""", "ConfigInvalid: spec.hooks.preBackup.httpGet: Forbidden: may not be set together with exec: a hook has one handler")]
    [InlineData("""{"postBackup":{"exec":["x"],"executionPolicy":"Sometimes"}}""", "ConfigInvalid: spec.hooks.postBackup.executionPolicy: Unsupported value: \"Sometimes\"")]
    [InlineData("""{"preBackup":{"exec":["{{ .Nmae }}"]}}""", "ConfigInvalid: spec.hooks.preBackup.exec.command[0]: Invalid value: is no template: line 1, column 4: there is no field .Nmae")]
    [InlineData("""{"preBackup":{"executor":{"functionName":"f"}}}""", "ConfigInvalid: spec.hooks.preBackup.exec: Required value: an executor runs the exec command")]
    public async Task Run_FailsByNameAndBacksNothingUp_WhenTheHookIsBad(string hooks, string words)
    {
        var scene = new Scene();
        scene.Hook(hooks);

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        scene.EventsOf("BackupConfiguration")[^1].ShouldContain(words);
        scene.Asked.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_FailsInTime_WhenTheCommandNeverEnds()
    {
        var scene = new Scene { OnHook = (request, token) => request.Command[0] == "lock" ? NeverAsync(request, token) : Task.FromResult(0) };
        scene.Hook(Both.Replace("\"preBackup\":{", "\"preBackup\":{\"timeout\":\"1s\",", StringComparison.Ordinal));

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        scene.HookCondition(Pre)!.Reason.ShouldBe(FailureCodes.HookTimedOut);
        scene.HookCondition(Pre)!.Message.ShouldBe("pod db-0, container main: not ended within 1s, and may still run; raise the hook's timeout if it needs longer: still at it");
        scene.Steps[^1].ShouldBe("db-0/main: unlock Failed");
    }

    private static Func<ExecRequest, CancellationToken, Task<int>> SayAsync(string command, int exitCode) => async (request, _) =>
    {
        await request.OnStandardOutput!("no such table\n"u8.ToArray());
        return request.Command[0] == command ? exitCode : 0;
    };

    private static async Task<int> NeverAsync(ExecRequest request, CancellationToken token)
    {
        await request.OnStandardError!("still \u001b[1mat it"u8.ToArray().Where(b => b != '[' && b != '1' && b != 'm').ToArray());
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        return 0;
    }

    private static void Ready(Scene scene, string pod, string status) => scene.Edit(
        ResourceTypes.Pods, pod, p => p["status"]!["conditions"] = new JsonArray(new JsonObject { ["type"] = "Ready", ["status"] = status }));
}
