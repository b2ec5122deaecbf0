using System.ComponentModel;
using System.Diagnostics;
using System.Net;

namespace Stash.Webhook.Tests.Metrics;

public sealed class MetricsTests
{
    [Fact]
    public async Task Metrics_TellWhatWasReviewed_WhenScraped()
    {
        await using var webhook = await WebhookUnderTest.StartAsync();
        await webhook.ReviewAsync("/mutate/pods", Samples.PodReview());
        await webhook.ReviewAsync("/mutate/pods", Samples.PodReview(Samples.Pod("missing")));
        (await webhook.PostAsync("/validate", [])).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        var text = await ScrapeAsync(webhook);

        text.ShouldContain("stash_admission_reviews_total{kind=\"pods\",outcome=\"patched\",reason=\"\"} ");
        text.ShouldContain("stash_admission_reviews_total{kind=\"pods\",outcome=\"skipped\",reason=\"config-not-found\"} ");
        text.ShouldContain("stash_admission_reviews_total{kind=\"objects\",outcome=\"malformed\",reason=\"\"} ");
        text.ShouldContain("stash_admission_duration_seconds_bucket{kind=\"pods\",le=\"+Inf\"} ");
        text.ShouldContain("stash_build_info{version=\"");
        var expiry = text.Split('\n').Single(line => line.StartsWith("stash_certificate_expiry_timestamp_seconds ", StringComparison.Ordinal));
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(expiry.Split(' ')[1], null)).ShouldBe(TimeProvider.System.GetUtcNow().AddHours(1), TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task Metrics_PassPromtool_WhenScraped()
    {
        await using var webhook = await WebhookUnderTest.StartAsync();
        await webhook.ReviewAsync("/mutate/pods", Samples.PodReview());

        var (exitCode, output) = await PromtoolAsync(await ScrapeAsync(webhook));

        output.ShouldBeEmpty();
        exitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/mutate/pods")]
    [InlineData("/healthz")]
    public async Task PlainPort_HasNothingElse_WhenAskedFor(string path)
    {
        await using var webhook = await WebhookUnderTest.StartAsync();
        using var http = new HttpClient();

        using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{webhook.MetricsPort}{path}"), TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task<string> ScrapeAsync(WebhookUnderTest webhook)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{webhook.MetricsPort}/metrics"), TestContext.Current.CancellationToken);
        answer.EnsureSuccessStatusCode();
        answer.Content.Headers.ContentType!.ToString().ShouldBe("text/plain; version=0.0.4; charset=utf-8");
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    private static async Task<(int ExitCode, string Output)> PromtoolAsync(string text)
    {
        var start = new ProcessStartInfo("promtool", ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var promtool = Process.Start(start)!;
            await promtool.StandardInput.WriteAsync(text);
            promtool.StandardInput.Close();
            var output = await promtool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)
                + await promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);
            return (promtool.ExitCode, output);
        }
        catch (Win32Exception)
        {
            Assert.Skip("promtool is not installed (Debian: prometheus)");
            throw;
        }
    }
}
