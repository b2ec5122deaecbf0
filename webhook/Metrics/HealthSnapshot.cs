using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.CronJobs;
using Stash.Core.Validation;

namespace Stash.Webhook.Metrics;

/// <summary>The health of backups as the API had it at one moment.</summary>
/// <param name="ReadAt">When.</param>
/// <param name="Configs">Configs, the first so many by namespace and name.</param>
/// <param name="ConfigsOmitted">How many more there are.</param>
/// <param name="Repositories">Repositories, the first so many by namespace and name.</param>
/// <param name="RepositoriesOmitted">How many more there are.</param>
internal sealed record HealthSnapshot(
    DateTimeOffset ReadAt,
    IReadOnlyList<ConfigHealth> Configs,
    int ConfigsOmitted,
    IReadOnlyList<RepositoryHealth> Repositories,
    int RepositoriesOmitted);

/// <summary>How the backups of one config are; what is null is not known, and not shown.</summary>
/// <param name="Labels">Its namespace and name, as labels.</param>
/// <param name="Created">When it was created.</param>
/// <param name="Paused">Whether <c>spec.paused</c> is true.</param>
/// <param name="LongestGap">The longest time between two runs of its schedule.</param>
/// <param name="Status">Its status.</param>
internal sealed record ConfigHealth(
    KeyValuePair<string, object?>[] Labels, DateTimeOffset? Created, bool Paused, TimeSpan? LongestGap, BackupConfigurationStatus Status)
{
    /// <summary>Reads it. What cannot be read has no status, and so is not ready.</summary>
    /// <param name="json">The config.</param>
    /// <param name="gapOf">The longest gap of a config's schedule.</param>
    public static ConfigHealth Of(JsonObject json, Func<JsonObject, TimeSpan?> gapOf)
    {
        var config = ObjectReader.Read(json, StashJson.Default.BackupConfiguration).Value;
        return new ConfigHealth(
            HealthLabels.Of(json, "config"), config?.Metadata.CreationTimestamp, config?.Spec.Paused == true, config is null ? null : gapOf(json),
            config?.Status ?? new BackupConfigurationStatus());
    }

    /// <summary>Whether sync found everything that the config needs.</summary>
    public bool Ready => Status.Phase == ConfigConditions.Ready;
}

/// <summary>How a Repository is.</summary>
/// <param name="Labels">Its namespace and name, as labels.</param>
/// <param name="Status">Its status.</param>
internal sealed record RepositoryHealth(KeyValuePair<string, object?>[] Labels, RepositoryStatus Status)
{
    /// <summary>Reads it; one that cannot be read has no status.</summary>
    public static RepositoryHealth Of(JsonObject json) =>
        new(HealthLabels.Of(json, "repository"), ObjectReader.Read(json, StashJson.Default.Repository).Value?.Status ?? new RepositoryStatus());
}

/// <summary>Labels that name an object.</summary>
internal static class HealthLabels
{
    /// <summary>Namespace, and the name under the label given.</summary>
    public static KeyValuePair<string, object?>[] Of(JsonObject json, string kind) =>
        [new("namespace", (string?)json["metadata"]!["namespace"]), new(kind, (string?)json["metadata"]!["name"])];
}
