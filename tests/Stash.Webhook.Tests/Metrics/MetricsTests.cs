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

        var text = await webhook.ScrapeAsync();

        text.ShouldContain("stash_admission_reviews_total{kind=\"pods\",outcome=\"patched\",reason=\"\"} ");
        text.ShouldContain("stash_admission_reviews_total{kind=\"pods\",outcome=\"skipped\",reason=\"config-not-found\"} ");
        text.ShouldContain("stash_admission_reviews_total{kind=\"objects\",outcome=\"malformed\",reason=\"\"} ");
        text.ShouldContain("stash_admission_duration_seconds_bucket{kind=\"pods\",le=\"+Inf\"} ");
        text.ShouldContain("stash_admission_reviews_total{kind=\"objects\",outcome=\"error\",reason=\"\"} 0\n");
        text.ShouldContain("stash_build_info{version=\"");
        var expiry = text.Split('\n').Single(line => line.StartsWith("stash_certificate_expiry_timestamp_seconds ", StringComparison.Ordinal));
        DateTimeOffset.FromUnixTimeSeconds(long.Parse(expiry.Split(' ')[1], null)).ShouldBe(TimeProvider.System.GetUtcNow().AddHours(1), TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task Metrics_PassPromtool_WhenScraped()
    {
        await using var webhook = await WebhookUnderTest.StartAsync(HealthSamples.Cluster());
        await webhook.ReviewAsync("/mutate/pods", Samples.PodReview());

        var (exitCode, output) = await Promtool.RunAsync(["check", "metrics"], await webhook.ScrapeAsync());

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
}
