using System.Diagnostics.Metrics;
using System.Globalization;
using Stash.Core.Api;

namespace Stash.Webhook.Metrics;

/// <summary>
/// The health of backups as gauges; <c>docs/alerts.md</c> builds on them. Each replica shows all of it: whoever adds up series must take the
/// maximum by config first.
/// </summary>
internal sealed class HealthMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Stash.Backups";

    /// <summary>The gauge with a series for each result.</summary>
    public const string LastResult = "stash_backup_last_result";

    /// <summary>What <see cref="LastResult"/> tells apart.</summary>
    public static readonly string[] Results = [Phase.Succeeded, Phase.Failed, Phase.Skipped];

    private readonly Meter meter = new(MeterName);
    private readonly BackupHealth health;

    public HealthMetrics(BackupHealth health)
    {
        this.health = health;
        meter.CreateObservableGauge(
            "stash_backup_health_up", () => health.Refreshed() is null ? 0 : 1,
            description: "1 when the health of backups could be read from the Kubernetes API just now; at 0 everything about configs and repositories is absent.");
        Whole("stash_backup_health_read_timestamp_seconds", "When the health of backups was read, in seconds since the epoch.", s => s.ReadAt.ToUnixTimeSeconds());
        Whole("stash_backup_configs_omitted", "BackupConfigurations beyond --metrics-limit, of which nothing is shown.", s => s.ConfigsOmitted);
        Whole("stash_repositories_omitted", "Repositories beyond --metrics-limit, of which nothing is shown.", s => s.RepositoriesOmitted);

        Config("stash_backup_created_timestamp_seconds", "When the BackupConfiguration was created, in seconds since the epoch.", c => Seconds(c.Created));
        Config("stash_backup_paused", "1 when spec.paused is true.", c => c.Paused ? 1 : 0);
        Config("stash_backup_config_ready", "1 when the BackupConfiguration's phase is Ready.", c => c.Ready ? 1 : 0);
        Config(
            "stash_backup_expected_interval_seconds", "Longest time between two runs of the schedule; absent without a schedule.",
            c => c.LongestGap?.TotalSeconds);
        Config(
            "stash_backup_next_schedule_timestamp_seconds", "When the schedule is next due, in seconds since the epoch; absent while paused.",
            c => DateTimeOffset.TryParse(c.Status.NextScheduleTime, CultureInfo.InvariantCulture, out var next) ? Seconds(next) : null);
        Config("stash_backup_last_session_timestamp_seconds", "When the newest session ended, in seconds since the epoch.", c => Seconds(c.Status.LastSessionTime));
        Config("stash_backup_last_success_timestamp_seconds", "When the newest session that succeeded ended, in seconds since the epoch.", c => Seconds(c.Status.LastSuccessTime));
        Config("stash_backup_last_duration_seconds", "How long the newest session that was not skipped took.", c => c.Status.LastDurationSeconds);
        Config("stash_backup_last_size_bytes", "Size of what the newest session that succeeded backed up, before deduplication.", c => c.Status.LastSizeBytes);
        Config("stash_backup_consecutive_failures", "Sessions that failed since the last one that succeeded.", c => c.Status.ConsecutiveFailures);
        meter.CreateObservableGauge(
            LastResult, () => From(s => s.Configs.Where(c => c.Status.LastResult is not null).SelectMany(States)),
            description: "1 for the result of the newest session, 0 for the others.");

        Repository("stash_repository_integrity", "Outcome of the last check: 1 good, 0 damaged; absent before the first.", r => r.Integrity is { } good ? good ? 1 : 0 : null);
        Repository("stash_repository_size_bytes", "Size of what is stored, to the precision of status.totalSize.", r => Sizes.Bytes(r.TotalSize));
        Repository("stash_repository_snapshots", "How many snapshots there are.", r => r.SnapshotCount);
        Repository("stash_repository_last_backup_timestamp_seconds", "When the newest snapshot was taken, in seconds since the epoch.", r => Seconds(r.LastBackupTime));
    }

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private void Whole(string name, string description, Func<HealthSnapshot, double> value) =>
        meter.CreateObservableGauge(name, () => From(s => [new Measurement<double>(value(s))]), description: description);

    private void Config(string name, string description, Func<ConfigHealth, double?> value) =>
        meter.CreateObservableGauge(name, () => From(s => Each(s.Configs, c => c.Labels, value)), description: description);

    private void Repository(string name, string description, Func<RepositoryStatus, double?> value) =>
        meter.CreateObservableGauge(name, () => From(s => Each(s.Repositories, r => r.Labels, r => value(r.Status))), description: description);

    private IEnumerable<Measurement<double>> From(Func<HealthSnapshot, IEnumerable<Measurement<double>>> measure) =>
        health.Known is { } snapshot ? measure(snapshot) : [];

    private static IEnumerable<Measurement<double>> Each<T>(IEnumerable<T> all, Func<T, KeyValuePair<string, object?>[]> labels, Func<T, double?> value)
    {
        foreach (var one in all)
        {
            if (value(one) is { } number)
            {
                yield return new Measurement<double>(number, labels(one));
            }
        }
    }

    private static IEnumerable<Measurement<double>> States(ConfigHealth config) => Results.Select(result =>
        new Measurement<double>(config.Status.LastResult == result ? 1 : 0, [.. config.Labels, new("result", result)]));

    private static double? Seconds(DateTimeOffset? time) => time?.ToUnixTimeSeconds();
}
