using Stash.Core.Api;

namespace Stash.Core.Restic;

/// <summary>The tags by which a snapshot is known to belong to a config and a session.</summary>
public static class SnapshotTags
{
    /// <summary>Retention forgets nothing without this tag: <c>stash-config:NAMESPACE/NAME</c>; <c>stash-batch:NAMESPACE/NAME</c> of a batch's members.</summary>
    public static string OfConfig(BackupConfiguration config) =>
        $"stash-{(config.Kind == BackupBatch.KindName ? "batch" : "config")}:{config.Metadata.Namespace}/{config.Metadata.Name}";

    /// <summary><c>stash-session:NAME</c>.</summary>
    public static string OfSession(string name) => $"stash-session:{name}";
}
