using System.Text.Json.Nodes;

namespace Stash.Webhook.Tests.Waking;

public sealed class WakingTests : IDisposable
{
    private const string Group = "stash.appscode.com";
    private readonly string template = Path.GetTempFileName();

    public WakingTests() => File.WriteAllText(template, """
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": {"namespace": "stash-system"}, "spec": {"template": {"spec": {"containers": [
          {"name": "sync", "image": "$(STASH_RUNNER_IMAGE)", "env": [{"name": "STASH_RUNNER_IMAGE", "value": "$(STASH_RUNNER_IMAGE)"}]}]}}}}
        """);

    public static TheoryData<string, string, string, JsonObject, JsonObject?, JsonObject?> Changes()
    {
        var other = Changed(Samples.Config(), "schedule", "0 4 * * *");
        var label = Samples.Config();
        label["metadata"]!["labels"] = new JsonObject { ["team"] = "a" };
        var ofARun = Samples.Session();
        ofARun["metadata"]!["labels"] = new JsonObject { ["stash.appscode.com/job-uid"] = "1" };
        return new()
        {
            { "a config is made", "BackupConfiguration", "wakes", Samples.Config(), null, null },
            { "a config's spec changes", "BackupConfiguration", "wakes", other, Samples.Config(), null },
            { "a config's labels change", "BackupConfiguration", "sleeps", label, Samples.Config(), null },
            { "a config is tried", "BackupConfiguration", "sleeps", Samples.Config(), null, new JsonObject { ["dryRun"] = true } },
            { "a config is refused", "BackupConfiguration", "sleeps", Changed(Samples.Config(), "schedule", "never"), null, null },
            { "a config's status changes", "BackupConfiguration", "sleeps", other, Samples.Config(), new JsonObject { ["subResource"] = "status" } },
            { "a batch is made", "BackupBatch", "wakes", Samples.Batch(), null, null },
            { "a batch's order changes", "BackupBatch", "wakes", Changed(Samples.Batch(), "executionOrder", "Sequential"), Samples.Batch(), null },
            { "a Repository is made", "Repository", "wakes", Samples.Repository(), null, null },
            { "a person asks for a session", "BackupSession", "wakes", Samples.Session(), null, null },
            { "a run makes its session", "BackupSession", "sleeps", ofARun, null, null },
        };
    }

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Review_WakesSync_WhenThereIsSomethingForIt(
        string circumstance, string kind, string outcome, JsonObject json, JsonObject? old, JsonObject? overrides)
    {
        await using var webhook = await WebhookUnderTest.StartAsync(with: options => options with { SyncJobTemplate = template });
        var review = Samples.Review(Group, kind, old is null ? "CREATE" : "UPDATE", json.DeepClone().AsObject(), old?.DeepClone().AsObject());
        foreach (var (field, value) in overrides ?? [])
        {
            review["request"]![field] = value!.DeepClone();
        }

        await webhook.ReviewAsync("/validate", review);
        (await CountAsync(webhook, "stash_sync_changes_total")).ShouldBe(outcome == "wakes" ? 1 : 0, circumstance);
        if (outcome == "sleeps")
        {
            return;
        }

        await WebhookUnderTest.UntilAsync("a Job of sync", async () => await WakeupsAsync(webhook) == 1);
        var job = webhook.Kubernetes.Of("Job").ShouldHaveSingleItem();
        ((string)job["metadata"]!["namespace"]!).ShouldBe("stash-system");
        var container = job["spec"]!["template"]!["spec"]!["containers"]![0]!;
        ((string)container["image"]!).ShouldBe("registry.example/stash-runner:1");
        ((string)container["env"]![0]!["value"]!).ShouldBe("registry.example/stash-runner:1");
    }

    [Fact]
    public async Task Review_MakesFewJobs_WhenManyChangesComeAtOnceToTwoReplicas()
    {
        var kubernetes = Samples.Cluster();
        await using var one = await WebhookUnderTest.StartAsync(kubernetes, options => options with { SyncJobTemplate = template });
        await using var other = await WebhookUnderTest.StartAsync(kubernetes, options => options with { SyncJobTemplate = template });
        for (var i = 0; i < 60; i++)
        {
            var config = Samples.Config($"db-{i}");
            await (i % 2 == 0 ? one : other).ReviewAsync("/validate", Samples.Review(Group, "BackupConfiguration", "CREATE", config));
        }

        await WebhookUnderTest.UntilAsync(
            "a Job from either", async () => await WakeupsAsync(one) > 0 && await WakeupsAsync(other) > 0);
        kubernetes.Of("Job").Count.ShouldBeInRange(1, 3);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("not: [yaml")]
    [InlineData("kind: Job\napiVersion: batch/v1\nmetadata: {}")]
    public async Task Review_IsAnsweredAndTheFailureCounted_WhenTheTemplateCannotBeUsed(string? content)
    {
        if (content is null)
        {
            File.Delete(template);
        }
        else
        {
            await File.WriteAllTextAsync(template, content, TestContext.Current.CancellationToken);
        }

        await using var webhook = await WebhookUnderTest.StartAsync(with: options => options with { SyncJobTemplate = template });
        ((bool)(await webhook.ReviewAsync("/validate", Samples.Review(Group, "BackupConfiguration", "CREATE", Samples.Config())))["allowed"]!).ShouldBeTrue();

        await WebhookUnderTest.UntilAsync(
            "a counted failure", async () => (await webhook.ScrapeAsync()).Contains("stash_sync_wakeups_total{outcome=\"failed\"} 1", StringComparison.Ordinal));
    }

    public void Dispose() => File.Delete(template);

    private static JsonObject Changed(JsonObject config, string field, string value)
    {
        config["spec"]![field] = value;
        return config;
    }

    // Jobs that were asked for, whether this replica made them or another had.
    private static Task<int> WakeupsAsync(WebhookUnderTest webhook) => CountAsync(webhook, "stash_sync_wakeups_total");

    private static async Task<int> CountAsync(WebhookUnderTest webhook, string metric) =>
        (await webhook.ScrapeAsync()).Split('\n')
            .Where(line => line.StartsWith(metric + "{", StringComparison.Ordinal) || line.StartsWith(metric + " ", StringComparison.Ordinal))
            .Sum(line => int.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
}
