using Microsoft.Extensions.Logging.Abstractions;
using Stash.Core.Tests.Kubernetes;
using Stash.Webhook.Metrics;
using Stash.Webhook.Options;

namespace Stash.Webhook.Tests.Metrics;

public sealed class BackupHealthTests
{
    private readonly FakeTime time = new();
    private readonly FakeKubernetes kubernetes = HealthSamples.Cluster();
    private readonly BackupHealth health;

    public BackupHealthTests()
    {
        var options = new WebhookOptions { CertificatePath = "", KeyPath = "", Image = "" };
        health = new BackupHealth(new HealthReader(kubernetes, options, time), time, NullLogger<BackupHealth>.Instance);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refresh_IsOneRead_WhenCollectorsComeTogetherOrSoonAfter()
    {
        var open = new TaskCompletionSource();
        kubernetes.Gate = open.Task.WaitAsync;
        var together = Enumerable.Range(0, 8).Select(_ => health.RefreshAsync(Token)).ToList();
        open.SetResult();
        await Task.WhenAll(together);
        await health.RefreshAsync(Token);
        health.Refreshed().ShouldNotBeNull();

        kubernetes.Reads.ShouldBe(["BackupConfiguration//*", "Repository//*"]);

        time.Advance(BackupHealth.Shared);
        await health.RefreshAsync(Token);
        kubernetes.Reads.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Refresh_WaitsNoLongerThanItsPatience_WhenTheApiDoesNotAnswer()
    {
        kubernetes.Gate = token => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        var first = health.RefreshAsync(Token);
        await WebhookUnderTest.UntilAsync("the read's beginning", () => Task.FromResult(kubernetes.Waiting == 1));
        await time.TimerAsync(BackupHealth.Patience, Token);
        time.Advance(BackupHealth.Patience);
        await first;
        health.Known.ShouldBeNull();

        // The patience is used up: whoever comes next does not wait at all.
        await health.RefreshAsync(Token);
        health.Refreshed().ShouldBeNull();
        kubernetes.Reads.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Known_IsTheLastSnapshot_WhileASlowReadGoesOn_UntilItIsOld()
    {
        await health.RefreshAsync(Token);
        var before = health.Known.ShouldNotBeNull();
        var open = new TaskCompletionSource();
        kubernetes.Gate = open.Task.WaitAsync;
        time.Advance(BackupHealth.Shared);
        var slow = health.RefreshAsync(Token);
        await time.TimerAsync(BackupHealth.Patience, Token);
        time.Advance(BackupHealth.Patience);
        await slow;
        health.Known.ShouldBe(before);

        open.SetResult();
        await WebhookUnderTest.UntilAsync("the slow read's end", () => Task.FromResult(health.Known != before));
        time.Advance(BackupHealth.Oldest + TimeSpan.FromSeconds(1));
        health.Known.ShouldBeNull();
    }

    [Fact]
    public async Task Refresh_ReadsAgain_WhenAReadWasGivenUp()
    {
        kubernetes.Gate = token => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);
        var given = health.RefreshAsync(Token);
        await time.TimerAsync(BackupHealth.Longest, Token);
        time.Advance(BackupHealth.Longest);
        await given;
        kubernetes.Gate = null;

        await WebhookUnderTest.UntilAsync("a good read", async () =>
        {
            time.Advance(BackupHealth.Shared);
            await health.RefreshAsync(Token);
            return health.Known is not null;
        });
    }
}
