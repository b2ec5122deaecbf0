using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Signals;

namespace Stash.EndToEnd.Tests;

/// <summary>What goes wrong in the night ends as its own named failure, with an Event, within a minute.</summary>
public sealed class FailureTests
{
    private static readonly TimeSpan InTime = TimeSpan.FromMinutes(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_FailsWithResticKilled_WhenResticIsKilledAtEveryAttempt()
    {
        await using var story = await Story.BeginAsync(Token, args: "--limit-upload=256");
        await WriteNoiseAsync(story.Data, 8_000_000);
        using var killing = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var killer = KillAsync(story, killing.Token);

        var ending = await story.BackUpAsync();
        await killing.CancelAsync();
        await killer;

        ShouldBeFailure(ending, Outcome.ResticKilled);
    }

    [Fact]
    public async Task Run_FailsWithWrongPassword_WhenTheSecretDoesNotOpenTheRepository()
    {
        await using var story = await Story.BeginAsync(Token);
        await story.BackUpAsync();
        await story.ApplyAsync("""
            apiVersion: v1
            kind: Secret
            metadata: {name: repository, namespace: ledger}
            stringData: {RESTIC_PASSWORD: not the one}
            """);
        await story.UntilAsync("the Secret's files are new in the sidecar", async () => await SidecarReadsAsync(story) == "not the one");

        ShouldBeFailure(await story.BackUpAsync(), Outcome.WrongPassword);
    }

    [Fact]
    public async Task Run_FailsWithRepositoryNotFound_WhenTheRepositoryIsRemovedAfterAFirstBackup()
    {
        await using var story = await Story.BeginAsync(Token);
        (await story.BackUpAsync()).Session.Status!.Phase.ShouldBe(Phase.Succeeded);
        Directory.Delete(story.Repository, recursive: true);

        ShouldBeFailure(await story.BackUpAsync(), Outcome.RepositoryNotFound);

        File.Exists(Path.Combine(story.Repository, "config")).ShouldBeFalse("a repository that vanished must not be made anew");
    }

    [Fact]
    public async Task Run_FailsWithStorageFull_WhenTheRepositorysDiskIsFull()
    {
        await using var disk = await SmallDisk.MountAsync(Token);
        await using var story = await Story.BeginAsync(Token, repositoryVolume: $"hostPath: {{path: {disk.Folder}}}");
        await WriteNoiseAsync(story.Data, 8_000_000);

        ShouldBeFailure(await story.BackUpAsync(), Outcome.StorageFull);
    }

    private static void ShouldBeFailure(Ending ending, string outcome)
    {
        ending.Session.Status!.Phase.ShouldBe(Phase.Failed);
        ending.Host.Error.ShouldNotBeNull().ShouldStartWith(outcome + ": ");
        ending.Events.ShouldContain(e => e.StartsWith("BackupFailed:", StringComparison.Ordinal) && e.Contains($" {outcome}: ", StringComparison.Ordinal));
        ending.Job.ShouldBe("Failed");
        ending.Took.ShouldBeLessThan(InTime);
    }

    private static async Task KillAsync(Story story, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            foreach (var restic in story.ResticProcesses())
            {
                Processes.Kill(restic);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
        }
    }

    private static async Task<string> SidecarReadsAsync(Story story)
    {
        using var read = new MemoryStream();
        await story.Client.ExecAsync(
            new ExecRequest
            {
                Namespace = Ledger.Namespace,
                Pod = $"{Ledger.Name}-0",
                Container = SidecarNames.Container,
                Command = ["cat", $"{SidecarNames.SecretPath}/RESTIC_PASSWORD"],
                OnStandardOutput = async chunk => await read.WriteAsync(chunk, Token),
            },
            Token);
        return System.Text.Encoding.UTF8.GetString(read.ToArray());
    }

    private static async Task WriteNoiseAsync(string folder, int size)
    {
        var bytes = new byte[size];
        new Random(7).NextBytes(bytes);
        await File.WriteAllBytesAsync(Path.Combine(folder, "noise"), bytes, Token);
    }
}
