using System.Collections.Concurrent;
using System.Text;
using Stash.Webhook.Options;

namespace Stash.Webhook.Tests.Tls;

public sealed class CertificateSwapTests
{
    [Fact]
    public async Task Handshake_GetsTheNewCertificate_WhenFilesAreSwappedUnderLoad()
    {
        await using var webhook = await WebhookUnderTest.StartAsync();
        var seen = new ConcurrentBag<string>();
        using var stop = new CancellationTokenSource();
        var body = Encoding.UTF8.GetBytes(Samples.PodReview().ToJsonString());
        var load = Enumerable.Range(0, 3).Select(client => PostUntilAsync(webhook, body, seen, keepAlive: client == 0, stop.Token)).ToArray();
        foreach (var swap in Enumerable.Range(0, 4))
        {
            var expected = webhook.Certificate.SwapGood();
            await WebhookUnderTest.UntilAsync($"swap {swap} is seen", () => Task.FromResult(seen.Contains(expected)));
        }

        await stop.CancelAsync();

        var answered = await Task.WhenAll(load);
        answered.ShouldAllBe(count => count > 0);
        seen.Distinct(StringComparer.Ordinal).Count().ShouldBeGreaterThanOrEqualTo(4);
    }

    [Fact]
    public async Task Handshake_KeepsTheOldCertificate_WhenTheNewPairDoesNotMatch()
    {
        await using var webhook = await WebhookUnderTest.StartAsync();
        var seen = new ConcurrentQueue<string>();
        using var http = webhook.Client(seen.Enqueue, keepAlive: false);
        var good = webhook.Certificate.Thumbprint;

        webhook.Certificate.SwapBad();
        for (var i = 0; i < 5; i++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(60), TimeProvider.System, TestContext.Current.CancellationToken);
            (await http.GetAsync("/healthz", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
        }

        seen.ShouldAllBe(thumbprint => thumbprint == good);
        var next = webhook.Certificate.SwapGood();
        await WebhookUnderTest.UntilAsync("the next good pair is served", async () =>
        {
            (await http.GetAsync("/healthz", TestContext.Current.CancellationToken)).EnsureSuccessStatusCode();
            return seen.Contains(next);
        });
    }

    [Fact]
    public void Build_Throws_WhenTheFirstPairCannotBeUsed()
    {
        using var files = new CertificateFiles();
        files.SwapBad();
        var options = new WebhookOptions { Image = "i", CertificatePath = files.CertificatePath, KeyPath = files.KeyPath, Port = 0, MetricsPort = 0 };

        Should.Throw<WebhookStartException>(() => WebhookApp.Build(options, new FakeKubernetes())).Message.ShouldContain(files.CertificatePath);
    }

    private static async Task<int> PostUntilAsync(
        WebhookUnderTest webhook, byte[] body, ConcurrentBag<string> seen, bool keepAlive, CancellationToken stop)
    {
        using var http = webhook.Client(seen.Add, keepAlive);
        var count = 0;
        while (!stop.IsCancellationRequested)
        {
            using var content = new ByteArrayContent(body);
            content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
            using var answer = await http.PostAsync("/mutate/pods", content, TestContext.Current.CancellationToken);
            answer.EnsureSuccessStatusCode();
            count++;
        }

        return count;
    }
}
