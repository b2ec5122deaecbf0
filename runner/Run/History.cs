using Stash.Core.Api;
using Stash.Core.Kubernetes;

namespace Stash.Runner.Run;

/// <summary>Keeps the number of finished BackupSessions within <c>backupHistoryLimit</c>.</summary>
internal static class History
{
    private const int DefaultLimit = 1;

    /// <summary>
    /// The finished sessions beyond the limit, oldest first; pure. The newest <paramref name="limit"/> stay, and, unless the limit is 0,
    /// the newest that really ran: skipped ones never push it out.
    /// </summary>
    public static IReadOnlyList<BackupSession> Surplus(IReadOnlyList<BackupSession> sessions, int? limit)
    {
        var newestFirst = sessions.Where(s => SessionStatus.IsEnded(s.Status?.Phase))
            .OrderByDescending(s => s.Metadata.CreationTimestamp).ThenByDescending(s => s.Metadata.Name, StringComparer.Ordinal).ToList();
        var keep = Math.Max(0, limit ?? DefaultLimit);
        var last = keep == 0 ? null : newestFirst.Find(s => s.Status?.Phase != Phase.Skipped);
        return newestFirst.Skip(keep).Where(s => s != last).Reverse().ToList();
    }

    /// <summary>Deletes sessions.</summary>
    public static async Task DeleteAsync(
        IKubernetesClient client, string ns, IReadOnlyList<BackupSession> sessions, CancellationToken cancellationToken)
    {
        foreach (var session in sessions)
        {
            await client.DeleteAsync(
                ResourceTypes.BackupSessions, ns, session.Metadata.Name ?? "", new DeleteOptions { Uid = session.Metadata.Uid }, cancellationToken);
        }
    }
}
