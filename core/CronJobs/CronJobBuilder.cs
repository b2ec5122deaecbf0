using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.CronJobs;

/// <summary>This installation's settings for what sync makes.</summary>
public sealed record CronJobSettings
{
    /// <summary>Image of the runner.</summary>
    public required string Image { get; init; }

    /// <summary>imagePullPolicy of the runner; null leaves Kubernetes' default.</summary>
    public string? ImagePullPolicy { get; init; }

    /// <summary>ClusterRole that the runner's service account is bound to in the config's namespace.</summary>
    public string RunClusterRole { get; init; } = "stash-run";
}

/// <summary>Makes the CronJob of a config; pure.</summary>
public static class CronJobBuilder
{
    /// <summary>Builds batch/v1 CronJob.</summary>
    /// <param name="config">A valid config.</param>
    /// <param name="repository">Its Repository.</param>
    /// <param name="settings">This installation's settings.</param>
    public static JsonObject Build(BackupConfiguration config, Repository repository, CronJobSettings settings) => throw new NotImplementedException();
}
