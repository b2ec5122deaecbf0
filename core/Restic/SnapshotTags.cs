namespace Stash.Core.Restic;

/// <summary>The tags by which a snapshot is known to belong to a config and a session.</summary>
public static class SnapshotTags
{
    /// <summary>Retention forgets nothing without this tag: <c>stash-config:NAMESPACE/NAME</c>.</summary>
    public static string OfConfig(string? ns, string? name) => $"stash-config:{ns}/{name}";

    /// <summary><c>stash-session:NAME</c>.</summary>
    public static string OfSession(string name) => $"stash-session:{name}";
}
