using System.Text.Json.Nodes;
using Stash.Webhook.Tests.Metrics;

namespace Stash.Webhook.Tests.Alerts;

/// <summary>Each alert is a file of cases, which promtool runs: when it must fire, and when it must be silent.</summary>
public sealed class AlertTests
{
    public static TheoryData<string> Names => [.. Monitoring.Alerts(Monitoring.Rules()).Select(alert => (string)alert["alert"]!)];

    [Fact]
    public async Task Rules_PassPromtool()
    {
        var folder = Monitoring.FolderWith(Monitoring.Rules());

        var (exitCode, output) = await Promtool.RunAsync(["check", "rules", "--lint-fatal", "rules.yaml"], folder: folder);

        exitCode.ShouldBe(0, output);
        output.ShouldContain($"{Names.Count} rules found");
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Alert_FiresWhenItMust_AndIsSilentElse(string alert)
    {
        var rule = Monitoring.Alerts(Monitoring.Rules()).Single(one => (string?)one["alert"] == alert).DeepClone();
        // promtool wants every annotation of an alert that fires: the summary shows that templates work.
        rule["annotations"] = new JsonObject { ["summary"] = (string)rule["annotations"]!["summary"]! };
        var folder = Monitoring.FolderWith(new JsonObject { ["groups"] = new JsonArray(new JsonObject { ["name"] = alert, ["rules"] = new JsonArray(rule) }) });
        var cases = await File.ReadAllTextAsync(Path.Combine(Monitoring.Cases, $"{alert}.yaml"), TestContext.Current.CancellationToken);
        cases.ShouldContain("exp_alerts:");
        cases.ShouldContain($"alertname: {alert}}}", customMessage: "a moment at which it is silent");
        await File.WriteAllTextAsync(Path.Combine(folder, "cases.yaml"), cases, TestContext.Current.CancellationToken);

        var (exitCode, output) = await Promtool.RunAsync(["test", "rules", "cases.yaml"], folder: folder);

        exitCode.ShouldBe(0, output);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Alert_TellsWhatToDo(string alert)
    {
        var rule = Monitoring.Alerts(Monitoring.Rules()).Single(one => (string?)one["alert"] == alert);
        var page = await File.ReadAllLinesAsync(Path.Combine(Monitoring.Root, "docs", "alerts.md"), TestContext.Current.CancellationToken);

        ((string?)rule["labels"]!["severity"]).ShouldBeOneOf("warning", "critical");
        ((string?)rule["annotations"]!["summary"]).ShouldNotBeNullOrEmpty();
        ((string?)rule["annotations"]!["description"]).ShouldNotBeNullOrEmpty();
        ((string?)rule["annotations"]!["runbook"]).ShouldBe($"docs/alerts.md#{alert.ToLowerInvariant()}");
        page.ShouldContain($"## {alert}");
    }

    [Fact]
    public async Task Dashboard_IsMadeOfExpressionsThatPromtoolTakes()
    {
        var rules = new JsonArray();
        foreach (var expression in Monitoring.DashboardExpressions())
        {
            rules.Add((JsonNode)new JsonObject { ["record"] = $"panel:expression:{rules.Count}", ["expr"] = expression });
        }

        rules.Count.ShouldBeGreaterThan(20);
        var folder = Monitoring.FolderWith(new JsonObject { ["groups"] = new JsonArray(new JsonObject { ["name"] = "dashboard", ["rules"] = rules }) });

        var (exitCode, output) = await Promtool.RunAsync(["check", "rules", "rules.yaml"], folder: folder);

        exitCode.ShouldBe(0, output);
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A metric that is renamed breaks no alert and no panel in silence; nor does a page name one that is not there.</summary>
    [Theory]
    [InlineData("rules")]
    [InlineData("dashboard")]
    [InlineData("docs/alerts.md")]
    public async Task Metrics_AreExposed_WhenTheyAreNamedIn(string where)
    {
        await using var webhook = await WebhookUnderTest.StartAsync(HealthSamples.Cluster());
        await webhook.ReviewAsync("/mutate/pods", Samples.PodReview());
        var exposed = (await webhook.ScrapeAsync()).Split('\n')
            .Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal))
            .SelectMany(line => line.EndsWith(" histogram", StringComparison.Ordinal) ? new[] { "", "_bucket", "_sum", "_count" }.Select(end => line.Split(' ')[2] + end) : [line.Split(' ')[2]])
            .ToHashSet(StringComparer.Ordinal);

        var named = Monitoring.MetricNames(where switch
        {
            "rules" => Monitoring.Rules().ToJsonString(),
            "dashboard" => Monitoring.Dashboard().ToJsonString(),
            _ => await File.ReadAllTextAsync(Path.Combine(Monitoring.Root, where), TestContext.Current.CancellationToken),
        }).ToList();

        named.Count.ShouldBeGreaterThan(5);
        named.ShouldBeSubsetOf(exposed);
    }

    [Fact]
    public async Task Page_ListsEveryMetric()
    {
        await using var webhook = await WebhookUnderTest.StartAsync(HealthSamples.Cluster());
        await webhook.ReviewAsync("/mutate/pods", Samples.PodReview());
        var exposed = (await webhook.ScrapeAsync()).Split('\n').Where(line => line.StartsWith("# TYPE ", StringComparison.Ordinal)).Select(line => line.Split(' ')[2]);

        var page = await File.ReadAllTextAsync(Path.Combine(Monitoring.Root, "docs", "alerts.md"), TestContext.Current.CancellationToken);

        exposed.ShouldBeSubsetOf(Monitoring.MetricNames(page));
    }
}
