using System.Globalization;
using Stash.Core.Api;
using Stash.Core.Signals;

namespace Stash.Runner.Run;

/// <summary>Words a sidecar's <see cref="SignalResult"/> as the status of its host; pure.</summary>
internal static class HostReport
{
    private const int PathsShown = 10;

    /// <summary>The host's entry in the status. A snapshot that was saved is listed also when files were missing in it.</summary>
    public static HostStats For(string host, SignalResult result, IReadOnlyList<string> paths) => new()
    {
        Hostname = host,
        Phase = result.Outcome == Outcome.Succeeded ? Phase.Succeeded : Phase.Failed,
        Duration = SessionStatus.Duration(TimeSpan.FromSeconds(result.Seconds)),
        Error = result.Outcome == Outcome.Succeeded ? null : Failure(result).ToString(),
        Snapshots = result.Backup is { } backup ? [Snapshot(backup, paths)] : null,
    };

    /// <summary>The failure of a result that is none.</summary>
    public static NamedFailure Failure(SignalResult result) => new(
        result.Outcome, result.Outcome == Outcome.FilesUnread ? UnreadMessage(result) : result.Message);

    private static string UnreadMessage(SignalResult result)
    {
        var shown = (result.UnreadPaths ?? []).Take(PathsShown).ToList();
        var count = Math.Max(result.UnreadCount, shown.Count);
        var files = count == 1 ? "1 file" : string.Create(CultureInfo.InvariantCulture, $"{count} files");
        return $"{files} could not be read: {string.Join(", ", shown)}{(count > shown.Count ? ", ..." : "")}; the snapshot holds the rest";
    }

    private static SnapshotStats Snapshot(BackupSummary backup, IReadOnlyList<string> paths) => new()
    {
        Name = backup.SnapshotId[..Math.Min(8, backup.SnapshotId.Length)],
        Path = string.Join(",", backup.Paths ?? paths),
        TotalSize = Sizes.Text(backup.TotalBytes),
        Uploaded = Sizes.Text(backup.BytesAdded),
        ProcessingTime = MinutesAndSeconds(backup.Seconds),
        FileStats = new FileStats
        {
            TotalFiles = backup.TotalFiles,
            NewFiles = backup.FilesNew,
            ModifiedFiles = backup.FilesChanged,
            UnmodifiedFiles = backup.FilesUnmodified,
        },
    };

    private static string MinutesAndSeconds(double seconds)
    {
        var whole = (long)Math.Round(Math.Max(0, seconds), MidpointRounding.AwayFromZero);
        return string.Create(CultureInfo.InvariantCulture, $"{whole / 60}:{whole % 60:00}");
    }
}
