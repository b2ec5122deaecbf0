using Stash.Core.Tests.Kubernetes;
using Stash.Webhook.Metrics;

namespace Stash.Webhook.Tests.Metrics;

public sealed class HealthMetricsTests
{
    /// <summary>Every series there is about the health of backups, and no other.</summary>
    [Fact]
    public async Task Metrics_TellTheHealthOfBackups_WhenScraped()
    {
        await using var webhook = await WebhookUnderTest.StartAsync(HealthSamples.Cluster(), time: new FakeTime());

        Series(await webhook.ScrapeAsync()).ShouldBe("""
            backup_config_ready{config="db",namespace="shop"} 0
            backup_config_ready{config="resting",namespace="shop"} 1
            backup_config_ready{config="weekdays",namespace="shop"} 1
            backup_config_ready{config="wrong",namespace="shop"} 0
            backup_configs_omitted 0
            backup_consecutive_failures{config="weekdays",namespace="shop"} 2
            backup_created_timestamp_seconds{config="resting",namespace="shop"} 1767225600
            backup_created_timestamp_seconds{config="weekdays",namespace="shop"} 1767225600
            backup_expected_interval_seconds{config="db",namespace="shop"} 86400
            backup_expected_interval_seconds{config="resting",namespace="shop"} 86400
            backup_expected_interval_seconds{config="weekdays",namespace="shop"} 259200
            backup_health_read_timestamp_seconds 1767225600
            backup_health_up 1
            backup_last_duration_seconds{config="weekdays",namespace="shop"} 61.5
            backup_last_result{config="resting",namespace="shop",result="Failed"} 0
            backup_last_result{config="resting",namespace="shop",result="Skipped"} 1
            backup_last_result{config="resting",namespace="shop",result="Succeeded"} 0
            backup_last_result{config="weekdays",namespace="shop",result="Failed"} 1
            backup_last_result{config="weekdays",namespace="shop",result="Skipped"} 0
            backup_last_result{config="weekdays",namespace="shop",result="Succeeded"} 0
            backup_last_session_timestamp_seconds{config="resting",namespace="shop"} 1767582600
            backup_last_session_timestamp_seconds{config="weekdays",namespace="shop"} 1767582600
            backup_last_size_bytes{config="weekdays",namespace="shop"} 5000000000
            backup_last_success_timestamp_seconds{config="weekdays",namespace="shop"} 1767323400
            backup_next_schedule_timestamp_seconds{config="weekdays",namespace="shop"} 1767668400
            backup_paused{config="db",namespace="shop"} 0
            backup_paused{config="resting",namespace="shop"} 1
            backup_paused{config="weekdays",namespace="shop"} 0
            backup_paused{config="wrong",namespace="shop"} 0
            repositories_omitted 0
            repository_integrity{namespace="shop",repository="bad"} 0
            repository_integrity{namespace="shop",repository="good"} 1
            repository_last_backup_timestamp_seconds{namespace="shop",repository="good"} 1767323400
            repository_size_bytes{namespace="shop",repository="good"} 1572864
            repository_snapshots{namespace="shop",repository="good"} 7
            """);
    }

    [Fact]
    public async Task Metrics_ShowNothingOld_WhenTheApiIsDownOrAConfigIsGone()
    {
        var time = new FakeTime();
        await using var webhook = await WebhookUnderTest.StartAsync(HealthSamples.Cluster(), time: time);
        Series(await webhook.ScrapeAsync()).ShouldContain("weekdays");

        webhook.Kubernetes.IsDown = true;
        time.Advance(BackupHealth.Shared);
        var down = await webhook.ScrapeAsync();
        Series(down).ShouldBe("backup_health_up 0");
        down.ShouldContain("stash_build_info");

        webhook.Kubernetes.IsDown = false;
        webhook.Kubernetes.Remove("BackupConfiguration", "shop", "weekdays");
        time.Advance(BackupHealth.Shared);
        var up = Series(await webhook.ScrapeAsync());
        up.ShouldContain("resting");
        up.ShouldNotContain("weekdays");
    }

    [Fact]
    public async Task Metrics_TellHowManyAreLeftOut_WhenThereAreMoreThanTheLimit()
    {
        await using var webhook = await WebhookUnderTest.StartAsync(HealthSamples.Cluster(), options => options with { MetricsLimit = 2 });

        var series = Series(await webhook.ScrapeAsync());

        series.ShouldContain("backup_configs_omitted 2");
        series.ShouldContain("repositories_omitted 1");
        series.Split('\n').Count(line => line.StartsWith("backup_paused", StringComparison.Ordinal)).ShouldBe(2);
    }

    /// <summary>Configs come and go, more of them than the SDK has room for at once: none is lost, and none lumped together.</summary>
    [Fact]
    public async Task Metrics_ShowEveryConfig_WhenMoreCameAndWentThanTheLimit()
    {
        var time = new FakeTime();
        await using var webhook = await WebhookUnderTest.StartAsync(new FakeKubernetes(), options => options with { MetricsLimit = 10 }, time);
        for (var round = 0; round < 30; round++)
        {
            for (var i = 0; i < 10; i++)
            {
                webhook.Kubernetes.Put(HealthSamples.Config($"r{round}-{i}", "\"schedule\": \"@daily\"", "\"lastResult\": \"Succeeded\""));
            }

            time.Advance(BackupHealth.Shared);
            var series = Series(await webhook.ScrapeAsync()).Split('\n');
            series.Count(line => line.StartsWith($"backup_paused{{config=\"r{round}-", StringComparison.Ordinal)).ShouldBe(10);
            series.Count(line => line.StartsWith("backup_last_result{", StringComparison.Ordinal)).ShouldBe(30);
            series.ShouldNotContain(line => line.Contains("overflow", StringComparison.Ordinal));
            for (var i = 0; i < 10; i++)
            {
                webhook.Kubernetes.Remove("BackupConfiguration", "shop", $"r{round}-{i}");
            }
        }
    }

    private static string Series(string text) => string.Join('\n', text.Split('\n')
        .Where(line => line.StartsWith("stash_backup_", StringComparison.Ordinal) || line.StartsWith("stash_repositor", StringComparison.Ordinal))
        .Select(line => line["stash_".Length..]));
}
