using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.CronJobs;
using Stash.Core.Kubernetes;
using Stash.Runner.Run;
using Stash.Runner.Tests.Run;

namespace Stash.Runner.Tests.Hooks;

/// <summary>Hooks in Jobs of their own, in circumstances that a cluster of processes cannot be brought into. Jobs that really run are in Stash.EndToEnd.Tests.</summary>
public sealed class ExecutorTests
{
    private const string Hooks = """
        {"preBackup":{"exec":["sh","-c","echo $A $(B) {{ .Name }} ${C}"],"executor":{"functionName":"mysql-hook","params":{"user":"root"}},"timeout":"30s"},
         "postBackup":{"exec":["unlock","{{ .Status.Error }}"]}}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_MakesTheJobOfTheFunction_AndBacksUpOnceItIsComplete()
    {
        var scene = Arrange();
        scene.Cluster.OnCall = Becoming(scene, """{"phase":"Succeeded"}""", "Complete");

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        var job = Job(scene).ShouldNotBeNull();
        var session = scene.Session();
        var spec = job["spec"]!;
        var pod = spec["template"]!["spec"]!;
        var container = pod["containers"]!.AsArray().ShouldHaveSingleItem()!;
        container["command"]!.ToJsonString().ShouldBe($$"""["sh","-c","echo $$A $$(B) {{session.Metadata.Name}} $${C}"]""");
        container["args"].ShouldBeNull();
        container["env"]!.ToJsonString().ShouldBe($$"""[{"name":"MYSQL_USER","value":"root"},{"name":"SESSION","value":"{{session.Metadata.Name}}"}]""");
        ((int?)spec["backoffLimit"], (long?)spec["activeDeadlineSeconds"], (string?)pod["restartPolicy"], (bool?)pod["automountServiceAccountToken"]).ShouldBe((0, 30, "Never", false));
        job["metadata"]!["ownerReferences"]!.ToJsonString().ShouldBe(
            $$"""[{"apiVersion":"stash.appscode.com/v1beta1","kind":"BackupSession","name":"{{session.Metadata.Name}}","uid":"{{session.Metadata.Uid}}","controller":true,"blockOwnerDeletion":false}]""");
        ((string?)job["metadata"]!["labels"]![Labels.InvokerName]).ShouldBe("db");
        scene.Steps.ShouldBe(["backup", "db-0/main: unlock ", "forget", "stats"]);
        scene.HookCondition(SessionConditions.PreBackupHookExecutionSucceeded)!.Message.ShouldBe($"preBackup ended well in Job {job["metadata"]!["name"]}");
    }

    /// <summary>What stands in the way, the code, and words that tell what to do.</summary>
    [Theory]
    [InlineData("no-function", FailureCodes.FunctionNotFound, "there is no Function mysql-hook, which the hook's executor names; Functions are cluster-scoped: kubectl get functions")]
    [InlineData("no-image", FailureCodes.FunctionUnusable, "no container can be made of Function mysql-hook: spec.image: Required value")]
    [InlineData("no-value", FailureCodes.FunctionUnusable, "variable WHO has no value: give it one in params, or a default: ${WHO:=...}")]
    [InlineData("wrong-type", FailureCodes.FunctionUnusable, "spec.image")]
    [InlineData("refused", FailureCodes.FunctionUnusable, "no Job can be made of Function mysql-hook: Job is invalid")]
    [InlineData("forbidden", FailureCodes.ApiRefused, "Function mysql-hook may not be read")]
    [InlineData("exit", FailureCodes.HookFailed, "container hook ended with exit code 3: Access denied")]
    [InlineData("late", FailureCodes.HookTimedOut, "raise the hook's timeout if it needs longer")]
    [InlineData("job-deleted", FailureCodes.ExecutorDeleted, "was deleted before it ended; leave a hook's Job alone while its session runs")]
    [InlineData("unschedulable", FailureCodes.ExecutorUnschedulable, "0/3 nodes are available: 3 Insufficient memory.")]
    [InlineData("image", FailureCodes.ExecutorImagePull, "Back-off pulling image \\\"mysql:9999\\\"")]
    [InlineData("config", FailureCodes.FunctionUnusable, "secret \\\"mysql\\\" not found")]
    public async Task Run_FailsByNameAndReleases_WhenTheJobCannotDoIt(string what, string code, string words)
    {
        var scene = Arrange();
        Disturb(scene, what);

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        var condition = scene.HookCondition(SessionConditions.PreBackupHookExecutionSucceeded)!;
        (condition.Status, condition.Reason).ShouldBe(("False", code), condition.Message);
        condition.Message.ShouldNotBeNull().ShouldContain(words.Replace("\\\"", "\"", StringComparison.Ordinal));
        scene.EventsOf("BackupConfiguration")[^1].ShouldContain($"PreBackupHookFailed: {code}: ");
        scene.Steps.ShouldHaveSingleItem().ShouldStartWith("db-0/main: unlock");
    }

    [Theory]
    [InlineData("unschedulable")]
    [InlineData("image")]
    public async Task Run_DeletesTheJob_WhenItGivesItUp(string what)
    {
        var scene = Arrange();
        Disturb(scene, what);

        await scene.RunAsync(stop: Token);

        Job(scene).ShouldBeNull();
    }

    [Fact]
    public async Task Run_AdoptsTheJob_OnTheNextAttempt()
    {
        var scene = Arrange();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        scene.Cluster.OnCall = (verb, plural) =>
        {
            if (verb == "list" && plural == "pods" && Job(scene) is not null)
            {
                stop.Cancel();
            }
        };
        (await scene.RunAsync(stop: stop.Token)).ShouldBe(ExitCodes.TryAgain);
        var made = Job(scene)!["metadata"]!["uid"]!.ToString();
        scene.Cluster.OnCall = Becoming(scene, """{"phase":"Succeeded"}""", "Complete");

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.Done);

        Job(scene)!["metadata"]!["uid"]!.ToString().ShouldBe(made);
        scene.Steps.ShouldBe(["backup", "db-0/main: unlock ", "forget", "stats"]);
    }

    /// <summary>The session's deadline comes while the Job runs: it is taken away before the application is released, so that it locks nothing later.</summary>
    [Fact]
    public async Task Run_EndsTheJobBeforeItReleases_WhenTheSessionsDeadlineComesFirst()
    {
        var scene = Arrange();
        scene.Limits = scene.Limits with { Executor = scene.Limits.Executor with { Creation = TimeSpan.FromMinutes(1) } };
        scene.Edit(ResourceTypes.BackupConfigurations, "db", c => c["spec"]!["timeOut"] = "200ms");
        var there = new List<bool>();
        scene.OnHook = (_, _) =>
        {
            there.Add(Job(scene) is not null);
            return Task.FromResult(0);
        };

        (await scene.RunAsync(stop: Token)).ShouldBe(ExitCodes.FailedForGood);

        there.ShouldBe([false]);
        scene.EventsOf("BackupConfiguration")[^1].ShouldContain("DeadlineExceeded");
    }

    private static Scene Arrange()
    {
        var scene = new Scene();
        scene.Cluster.Add(ResourceTypes.Functions, Function());
        scene.Hook(Hooks);
        return scene;
    }

    private static JsonObject Function() => JsonNode.Parse("""
        {"apiVersion":"stash.appscode.com/v1beta1","kind":"Function","metadata":{"name":"mysql-hook"},"spec":{
          "image":"mysql:9","command":["mysqld"],"args":["never","seen"],
          "runtimeSettings":{"container":{"env":[{"name":"MYSQL_USER","value":"${user:=nobody}"},{"name":"SESSION","value":"${BACKUP_SESSION}"}]}}}}
        """)!.AsObject();

    private static JsonObject? Job(Scene scene) =>
        scene.Cluster.All(ResourceTypes.Jobs).SingleOrDefault(j => j["metadata"]!["name"]!.ToString().StartsWith("stash-hook-", StringComparison.Ordinal));

    /// <summary>Once there is a Job, it has a pod with the status, and ends with the condition; a Job that is deleted takes its pod along.</summary>
    private static Action<string, string> Becoming(Scene scene, string podStatus, string? condition, string? reason = null) => (verb, plural) =>
    {
        if (verb == "list" && plural == "pods" && Job(scene) is { } job)
        {
            var labels = new JsonObject { ["batch.kubernetes.io/controller-uid"] = job["metadata"]!["uid"]!.DeepClone() };
            scene.Cluster.Add(ResourceTypes.Pods, new JsonObject
            {
                ["metadata"] = new JsonObject { ["name"] = "hook-pod", ["namespace"] = Scene.Namespace, ["labels"] = labels },
                ["status"] = JsonNode.Parse(podStatus),
            });
            if (condition is not null)
            {
                job["status"] = new JsonObject { ["conditions"] = new JsonArray(new JsonObject { ["type"] = condition, ["status"] = "True", ["reason"] = reason }) };
                scene.Cluster.Add(ResourceTypes.Jobs, job);
            }
        }
    };

    private static void Disturb(Scene scene, string what)
    {
        const string Waiting = """{"phase":"Pending","containerStatuses":[{"name":"hook","state":{"waiting":{"reason":"REASON","message":"MESSAGE"}}}]}""";
        switch (what)
        {
            case "no-function":
                scene.Cluster.DeleteAsync(ResourceTypes.Functions, "", "mysql-hook", null, Token);
                break;
            case "no-image":
                EditFunction(scene, spec => spec.Remove("image"));
                break;
            case "no-value":
                EditFunction(scene, spec => spec["workingDir"] = "/home/${WHO}");
                break;
            case "wrong-type":
                EditFunction(scene, spec => spec["image"] = 5);
                break;
            case "refused":
                scene.Cluster.OnCall = (verb, plural) => _ = verb == "create" && plural == "jobs" ? throw new KubernetesException(System.Net.HttpStatusCode.UnprocessableEntity, "Job is invalid") : 0;
                break;
            case "forbidden":
                scene.Cluster.OnCall = (verb, plural) => _ = verb == "get" && plural == "functions" ? throw new KubernetesException(System.Net.HttpStatusCode.Forbidden, "no") : 0;
                break;
            case "exit":
                scene.Cluster.OnLog = _ => "Access denied\n";
                scene.Cluster.OnCall = Becoming(scene, """{"phase":"Failed","containerStatuses":[{"name":"hook","state":{"terminated":{"exitCode":3,"reason":"Error"}}}]}""", "Failed", "BackoffLimitExceeded");
                break;
            case "late":
                scene.Cluster.OnCall = Becoming(scene, """{"phase":"Failed"}""", "Failed", "DeadlineExceeded");
                break;
            case "job-deleted":
                scene.Cluster.OnCall = (verb, plural) => _ = verb == "list" && plural == "pods" && Job(scene) is { } job
                    ? scene.Cluster.DeleteAsync(ResourceTypes.Jobs, Scene.Namespace, job["metadata"]!["name"]!.ToString(), null, Token) : null;
                break;
            case "unschedulable":
                scene.Cluster.OnCall = Becoming(scene, """{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","reason":"Unschedulable","message":"0/3 nodes are available: 3 Insufficient memory."}]}""", null);
                break;
            case "image":
                scene.Cluster.OnCall = Becoming(scene, Waiting.Replace("REASON", "ImagePullBackOff", StringComparison.Ordinal).Replace("MESSAGE", "Back-off pulling image \\\"mysql:9999\\\"", StringComparison.Ordinal), null);
                break;
            case "config":
                scene.Cluster.OnCall = Becoming(scene, Waiting.Replace("REASON", "CreateContainerConfigError", StringComparison.Ordinal).Replace("MESSAGE", "secret \\\"mysql\\\" not found", StringComparison.Ordinal), null);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(what), what, null);
        }
    }

    private static void EditFunction(Scene scene, Action<JsonObject> change)
    {
        var function = Function();
        change(function["spec"]!.AsObject());
        scene.Cluster.Add(ResourceTypes.Functions, function);
    }
}
