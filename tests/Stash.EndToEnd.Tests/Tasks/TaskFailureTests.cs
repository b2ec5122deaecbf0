using Stash.Core.Api;
using Stash.Core.Kubernetes;

namespace Stash.EndToEnd.Tests.Tasks;

/// <summary>What goes wrong with a Task ends as its own named failure, in the session and in an Event, and leaves no snapshot.</summary>
public sealed class TaskFailureTests
{
    /// <summary>Functions and Tasks that something is wrong with; the Task's name says what.</summary>
    private const string Wrong = """
        apiVersion: stash.appscode.com/v1beta1
        kind: Function
        metadata: {name: exits}
        spec:
          image: shell
          command: [sh, -c, "echo first; echo Access denied >&2; exit 7"]
        ---
        apiVersion: stash.appscode.com/v1beta1
        kind: Function
        metadata: {name: sleeps}
        spec:
          image: shell
          command: [sleep, "600"]
        ---
        apiVersion: stash.appscode.com/v1beta1
        kind: Function
        metadata: {name: passes}
        spec:
          image: shell
          command: ["true"]
        ---
        apiVersion: stash.appscode.com/v1beta1
        kind: Function
        metadata: {name: asks}
        spec:
          image: shell
          command: [echo, "${answer}"]
        ---
        apiVersion: stash.appscode.com/v1beta1
        kind: Function
        metadata: {name: mounts}
        spec:
          image: shell
          command: ["true"]
          volumeMounts: [{name: keys, mountPath: /keys}]
        ---
        apiVersion: stash.appscode.com/v1beta1
        kind: Function
        metadata: {name: lacks-secret}
        spec:
          image: shell
          command: ["true"]
          runtimeSettings: {container: {env: [{name: A, valueFrom: {secretKeyRef: {name: gone, key: a}}}]}}
        ---
        apiVersion: stash.appscode.com/v1beta1
        kind: Function
        metadata: {name: breaks-off}
        spec:
          image: stash-runner:dev
          command: [stash-runner, perform, dump, --file=dump.sql, --, sh, -c, "head -c 6000000 /dev/urandom; echo connection lost >&2; exit 3"]
        """;

    private static readonly string[] Tasks = ["exits", "sleeps", "asks", "mounts", "lacks-secret", "breaks-off", "misspelt"];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_FailsByName_WhenSomethingIsWrongWithTheTask()
    {
        await using var story = await TaskStory.BeginAsync();
        await story.ApplyAsync(Wrong);
        foreach (var name in Tasks)
        {
            await story.ApplyAsync(TaskOf(name, "passes", name));
        }

        await ShouldFailAsync(story, "exits", "TaskFailed: step exits ended with exit code 7: first\nAccess denied");
        await ShouldFailAsync(story, "breaks-off", "CommandFailed: sh ended with exit code 3: connection lost; no snapshot was saved");
        await ShouldFailAsync(story, "sleeps", "DeadlineExceeded: ", timeOut: "4s");
        await ShouldFailAsync(story, "asks", "FunctionUnusable: no container can be made of Function asks: spec.command[1]: Invalid value: variable answer has no value");
        await ShouldFailAsync(story, "mounts", "FunctionUnusable: step mounts mounts volume keys, which the Task does not have");
        await ShouldFailAsync(story, "lacks-secret", "FunctionUnusable: ", timeOut: "6s");
        await ShouldFailAsync(story, "misspelt", "FunctionNotFound: Task misspelt needs Function misspelt, which does not exist");
        await ShouldFailAsync(story, "gone", "TaskNotFound: there is no Task gone");
        await ShouldFailAsync(story, "passes-on-a-claim", "TargetNotFound: there is no PersistentVolumeClaim nowhere in namespace vault", task: "exits", target: "nowhere");
        (await story.SnapshotsAsync("breaks-off")).ShouldBeEmpty();
        await DeletedAsync(story);
        await ShouldNotBeReadyAsync(story, "gone", "FunctionNotFound", "spec.task.name: Not found");
    }

    private static async Task ShouldFailAsync(TaskStory story, string config, string failure, string timeOut = "2m", string? task = null, string? target = null)
    {
        await ApplyAsync(story, config, timeOut, task ?? config, target);

        var session = await story.BackUpAsync(config);

        session.Status!.Phase.ShouldBe(Phase.Failed);
        // The Event comes after the session's end.
        IReadOnlyList<string> events = [];
        await story.UntilAsync($"{config} is told of", async () => (events = await story.EventsAsync(config)).Any(e => e.StartsWith("BackupFailed: ", StringComparison.Ordinal)));
        events.ShouldContain(e => e.StartsWith("BackupFailed: ", StringComparison.Ordinal) && e.Contains(failure, StringComparison.Ordinal), $"{config}: {string.Join(" | ", events)}");
    }

    private static async Task DeletedAsync(TaskStory story)
    {
        await ApplyAsync(story, "deleted", "2m", "sleeps", null);

        var session = await story.BackUpAsync("deleted", async (_, job) =>
        {
            await story.UntilAsync("the step runs", async () => await story.ProcessAsync(job, "sleeps") is not null);
            await story.Client.DeleteAsync(ResourceTypes.Jobs, TaskStory.Namespace, job, null, Token);
        });

        session.Status!.Targets!.Single().Stats!.Single().Error.ShouldNotBeNull().ShouldStartWith("TaskDeleted: ");
    }

    /// <summary>The config is told of by sync, and keeps its CronJob.</summary>
    private static async Task ShouldNotBeReadyAsync(TaskStory story, string config, string reason, string words)
    {
        var found = await story.Client.GetAsync(ResourceTypes.BackupConfigurations, TaskStory.Namespace, config, Token);

        ((string?)found["status"]!["phase"]).ShouldBe("NotReady");
        var condition = found["status"]!["conditions"]!.AsArray().Single(c => (string?)c!["status"] == "False")!;
        ((string?)condition["reason"]).ShouldBe(reason);
        ((string?)condition["message"])!.ShouldContain(words);
        (await story.Client.FindAsync(ResourceTypes.CronJobs, TaskStory.Namespace, $"stash-bc-{config}", Token)).ShouldNotBeNull();
    }

    /// <summary>Sync makes the CronJob while the Task is there; then it may go.</summary>
    private static async Task ApplyAsync(TaskStory story, string config, string timeOut, string task, string? target)
    {
        var there = TaskManifests.Config(config, Spec(timeOut, "passing", target));
        await story.ApplyAsync(TaskOf("passing", "passes"));
        await story.ApplyAsync(there);
        await story.SyncAsync();
        await story.ApplyAsync(TaskManifests.Config(config, Spec(timeOut, task, target)));
        await story.SyncAsync();
    }

    private static string TaskOf(string name, params string[] steps) => $"""
        apiVersion: stash.appscode.com/v1beta1
        kind: Task
        metadata:
          name: {name}
        spec:
          steps: [{string.Join(", ", steps.Select(step => $"{{name: {step}}}"))}]
        """;

    private static string Spec(string timeOut, string task, string? target) => $$"""
          timeOut: {{timeOut}}
          task: {name: {{task}} }
          {{(target is null ? "" : $"target: {{ref: {{apiVersion: v1, kind: PersistentVolumeClaim, name: {target}}}}}")}}
        """;
}
