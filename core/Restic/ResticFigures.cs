using Stash.Core.Signals;

namespace Stash.Core.Restic;

/// <summary>The figures in restic's own messages, as this project tells them; pure.</summary>
public static class ResticFigures
{
    /// <summary>Of a backup's <c>summary</c>.</summary>
    public static BackupSummary Summary(ResticMessage message)
    {
        ArgumentNullException.ThrowIfNull(message);
        return new()
        {
            SnapshotId = message.SnapshotId ?? "",
            FilesNew = message.FilesNew,
            FilesChanged = message.FilesChanged,
            FilesUnmodified = message.FilesUnmodified,
            TotalFiles = message.TotalFilesProcessed,
            TotalBytes = message.TotalBytesProcessed,
            BytesAdded = message.DataAdded,
            Seconds = message.TotalDuration,
        };
    }

    /// <summary>Of a backup's <c>status</c>.</summary>
    /// <param name="status">The message.</param>
    /// <param name="elapsed">How long it has run; counts where restic does not say.</param>
    public static Progress Progress(ResticMessage status, TimeSpan elapsed)
    {
        ArgumentNullException.ThrowIfNull(status);
        return new()
        {
            PercentDone = double.Clamp(status.PercentDone, 0, 1),
            BytesDone = status.BytesDone,
            TotalBytes = status.TotalBytes,
            FilesDone = status.FilesDone,
            TotalFiles = status.TotalFiles,
            SecondsElapsed = status.SecondsElapsed > 0 ? status.SecondsElapsed : Math.Round(elapsed.TotalSeconds, 3),
            SecondsRemaining = status.SecondsRemaining,
        };
    }
}
