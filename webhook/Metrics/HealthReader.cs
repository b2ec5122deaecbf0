using System.Text.Json.Nodes;
using Stash.Core.CronJobs;
using Stash.Core.Kubernetes;
using Stash.Webhook.Options;

namespace Stash.Webhook.Metrics;

/// <summary>Reads the health of backups from the API: two lists, page by page, of which only so many objects are kept.</summary>
internal sealed class HealthReader(IKubernetesClient kubernetes, WebhookOptions options, TimeProvider time)
{
    private Dictionary<string, TimeSpan?> gaps = new(StringComparer.Ordinal);

    /// <summary>Reads; one at a time.</summary>
    /// <exception cref="KubernetesException">The API refused or could not be reached.</exception>
    public async Task<HealthSnapshot> ReadAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var seen = new Dictionary<string, TimeSpan?>(StringComparer.Ordinal);
        var (configs, configsOmitted) = await ListAsync(
            ResourceTypes.BackupConfigurations, json => ConfigHealth.Of(json, config => LongestGap(config, seen)), cancellationToken);
        gaps = seen;
        var (repositories, repositoriesOmitted) = await ListAsync(ResourceTypes.Repositories, RepositoryHealth.Of, cancellationToken);
        return new HealthSnapshot(now, configs, configsOmitted, repositories, repositoriesOmitted);
    }

    private async Task<(List<T> Shown, int Omitted)> ListAsync<T>(ResourceType type, Func<JsonObject, T> read, CancellationToken cancellationToken)
    {
        var (shown, omitted) = (new List<T>(), 0);
        await foreach (var json in kubernetes.ListAsync(type, null, null, cancellationToken))
        {
            if (json["metadata"]?["deletionTimestamp"] is not null)
            {
                continue;
            }

            // The API lists by namespace and name, so that the same objects are shown each time.
            if (shown.Count < options.MetricsLimit)
            {
                shown.Add(read(json));
            }
            else
            {
                omitted++;
            }
        }

        return (shown, omitted);
    }

    /// <summary>Worked out once for each schedule: it is the same at every scrape.</summary>
    private TimeSpan? LongestGap(JsonObject config, Dictionary<string, TimeSpan?> seen)
    {
        if (NextSchedule.Schedule(config) is not { } schedule)
        {
            return null;
        }

        if (!seen.TryGetValue(schedule.Text, out var gap))
        {
            gap = gaps.TryGetValue(schedule.Text, out var known) ? known : schedule.LongestGap;
            seen[schedule.Text] = gap;
        }

        return gap;
    }
}
