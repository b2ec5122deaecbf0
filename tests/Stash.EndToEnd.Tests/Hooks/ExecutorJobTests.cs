using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Yaml;

namespace Stash.EndToEnd.Tests.Hooks;

/// <summary>Hooks in Jobs that really run: the second seed's shape, and each way in which such a Job goes wrong.</summary>
public sealed class ExecutorJobTests
{
    private const string Function = """
        apiVersion: stash.appscode.com/v1beta1
        kind: Function
        metadata: {name: mysql-hook-executor}
        spec:
          image: shell
          command: [never, run]
          args: [never, seen]
          runtimeSettings:
            container:
              env:
              - {name: WHO, value: "${who:=nobody} of ${INVOKER_NAME} in ${BACKUP_SESSION}"}
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Hook_RunsInAJobOfItsOwn_AndTellsHowItEnded()
    {
        await using var story = await Story.BeginAsync(Token);
        await story.Client.ApplyAsync(
            ResourceTypes.Functions, null, "mysql-hook-executor", YamlJson.Read(Function).Single(), new WriteOptions { FieldManager = "story", Force = true }, Token);

        await SucceedAsync(story);
        await FailAsync(story, "echo first; echo Access denied for $WHO >&2; exit 3", "30s", "HookFailed", "container hook ended with exit code 3: first\nAccess denied for root of ledger in ledger-");
        await FailAsync(story, "echo waiting; sleep 600", "2s", "HookTimedOut", "raise the hook's timeout if it needs longer");
        await DeleteAsync(story);
    }

    private static async Task SucceedAsync(Story story)
    {
        await HookAsync(story, """[ "$WHO" = "root of ledger in {{ .Name }}" ] && [ -n "$$" ] && [ "$$" != '$' ]""", "30s");

        var ending = await story.BackUpAsync();

        ending.Session.Status!.Phase.ShouldBe(Phase.Succeeded, string.Join('\n', ending.Events));
        var job = (await JobsAsync(story)).ShouldHaveSingleItem();
        var condition = ending.Session.Status.Targets![0].Conditions!.Single(c => c.Type == "PreBackupHookExecutionSucceeded");
        condition.Message.ShouldBe($"preBackup ended well in Job {job}");

        // With its session the Job goes.
        await story.Client.DeleteAsync(ResourceTypes.BackupSessions, Ledger.Namespace, ending.Session.Metadata.Name!, null, Token);
        await story.UntilAsync("the hook's Job is collected", async () => (await JobsAsync(story)).Count == 0);
    }

    private static async Task FailAsync(Story story, string script, string timeout, string code, string words)
    {
        await HookAsync(story, script, timeout);

        var ending = await story.BackUpAsync();

        ShouldBeRefused(ending, code, words);
        ending.Job.ShouldBe("Failed");
    }

    private static async Task DeleteAsync(Story story)
    {
        await HookAsync(story, "sleep 600", "60s");
        var (before, clock) = (await story.NamesAsync(), System.Diagnostics.Stopwatch.StartNew());
        var there = await JobsAsync(story);
        var job = await story.StartBackupAsync();
        string? hook = null;
        await story.UntilAsync("the hook's Job runs", async () => (hook = (await JobsAsync(story)).Except(there).SingleOrDefault()) is not null && await story.RunnerProcessAsync(job) is not null);
        await story.Client.DeleteAsync(ResourceTypes.Jobs, Ledger.Namespace, hook!, null, Token);

        ShouldBeRefused(await story.EndOfAsync(job, before, clock), "ExecutorDeleted", $"Job {hook} was deleted before it ended");
    }

    private static void ShouldBeRefused(Ending ending, string code, string words)
    {
        ending.Session.Status!.Phase.ShouldBe(Phase.Failed);
        var condition = ending.Session.Status.Targets![0].Conditions!.Single(c => c.Type == "PreBackupHookExecutionSucceeded");
        (condition.Status, condition.Reason).ShouldBe(("False", code), condition.Message);
        condition.Message.ShouldNotBeNull().ShouldContain(words);
        ending.Host.Snapshots.ShouldBeNull();
        ending.Events.ShouldContain(e => e.StartsWith("BackupFailed:", StringComparison.Ordinal) && e.Contains($"PreBackupHookFailed: {code}: ", StringComparison.Ordinal));
    }

    private static async Task HookAsync(Story story, string script, string timeout)
    {
        await story.ApplyAsync(Ledger.Backup(Ledger.ClaimedVolume, "") + $$$"""

              hooks:
                preBackup:
                  timeout: {{{timeout}}}
                  exec:
                  - sh
                  - -c
                  - '{{{script.Replace("'", "''", StringComparison.Ordinal)}}}'
                  executor: {functionName: mysql-hook-executor, params: {who: root}}
            """);
        await story.SyncAsync();
    }

    private static async Task<IReadOnlyList<string>> JobsAsync(Story story)
    {
        var names = new List<string>();
        await foreach (var job in story.Client.ListAsync(ResourceTypes.Jobs, Ledger.Namespace, null, Token))
        {
            if (((string)job["metadata"]!["name"]!).StartsWith("stash-hook-", StringComparison.Ordinal))
            {
                names.Add((string)job["metadata"]!["name"]!);
            }
        }

        return names;
    }
}
