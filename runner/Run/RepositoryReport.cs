using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Signals;

namespace Stash.Runner.Run;

/// <summary>Keeps a Repository's status.</summary>
internal sealed class RepositoryReport(IKubernetesClient client, string ns, string name)
{
    /// <summary>What a backup changes; pure. The first backup's time is set once and never moved, the last one's never back.</summary>
    public static RepositoryStatus AfterBackup(RepositoryStatus? before, DateTimeOffset now) => new()
    {
        FirstBackupTime = before?.FirstBackupTime is null ? now : null,
        LastBackupTime = before?.LastBackupTime > now ? null : now,
    };

    /// <summary>What retention and statistics change; pure.</summary>
    public static RepositoryStatus AfterRetention(ForgetSummary? forget, StatsSummary? stats) => new()
    {
        TotalSize = stats is null ? null : Sizes.Text(stats.TotalBytes),
        SnapshotCount = stats?.SnapshotCount,
        SnapshotsRemovedOnLastCleanup = forget?.Removed,
    };

    /// <summary>Writes the fields that are set.</summary>
    public async Task WriteAsync(RepositoryStatus change, CancellationToken cancellationToken)
    {
        var repository = new Repository { Status = change };
        var patch = new JsonObject
        {
            ["status"] = JsonSerializer.SerializeToNode(repository, StashJson.Default.Repository)!["status"]!.DeepClone(),
        };
        await client.MergePatchAsync(ResourceTypes.Repositories, ns, name, patch, new WriteOptions { Subresource = "status" }, cancellationToken);
    }
}
