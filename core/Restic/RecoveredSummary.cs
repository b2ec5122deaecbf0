using Stash.Core.Signals;

namespace Stash.Core.Restic;

/// <summary>What a saved snapshot tells of the backup that made it; pure. restic before 0.17 tells only its id.</summary>
internal static class RecoveredSummary
{
    public static BackupSummary Of(ResticSnapshot snapshot) => new()
    {
        SnapshotId = snapshot.Id.Length > 0 ? snapshot.Id : snapshot.ShortId,
        FilesNew = snapshot.Summary?.FilesNew ?? 0,
        FilesChanged = snapshot.Summary?.FilesChanged ?? 0,
        FilesUnmodified = snapshot.Summary?.FilesUnmodified ?? 0,
        TotalFiles = snapshot.Summary?.TotalFilesProcessed ?? 0,
        TotalBytes = snapshot.Summary?.TotalBytesProcessed ?? 0,
        BytesAdded = snapshot.Summary?.DataAdded ?? 0,
    };
}
