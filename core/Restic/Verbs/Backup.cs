using Stash.Core.Signals;

namespace Stash.Core.Restic;

/// <summary>What a backup saved.</summary>
/// <param name="Summary">restic's summary.</param>
/// <param name="Unread">Paths that could not be read.</param>
public sealed record BackupResult(BackupSummary Summary, UnreadFiles Unread);

public sealed partial class ResticClient
{
    /// <summary><c>restic backup</c>. Where files were unread, the result has the snapshot and a failure <see cref="Outcome.FilesUnread"/>.</summary>
    /// <param name="order">What to back up.</param>
    /// <param name="onProgress">Gets progress, at most about once a second.</param>
    /// <param name="onUnread">Gets told after each path that could not be read.</param>
    /// <param name="cancellationToken">Interrupts restic.</param>
    public async Task<ResticEnd<BackupResult>> BackupAsync(
        BackupOrder order, Action<Progress> onProgress, Action<UnreadFiles> onUnread, CancellationToken cancellationToken)
    {
        var start = time.GetTimestamp();
        var listener = new ResticListener(time)
        {
            OnStatus = status => onProgress(ResticFigures.Progress(status, time.GetElapsedTime(start))),
            OnUnread = onUnread,
        };
        return BackupEnd(await RunAsync(BackupArguments(order), listener, cancellationToken), listener);
    }

    private static ResticEnd<BackupResult> BackupEnd(ResticExit exit, ResticListener listener)
    {
        var saved = listener.Summary is { } summary ? new BackupResult(ResticFigures.Summary(summary), listener.Unread) : null;
        var failure = exit.Code == 3 && saved is not null ? null : FailureOf(exit, listener);
        if (failure is not null)
        {
            return new(null, failure);
        }

        if (saved is null)
        {
            return new(null, new ResticFailure(Outcome.Failed, "restic ended well but did not say what it saved.", Retryable: true));
        }

        return new(saved, exit.Code == 3 || saved.Unread.Count > 0 ? UnreadFailure(saved) : null);
    }

    /// <summary>The arguments of <c>restic backup</c>; pure.</summary>
    public static IReadOnlyList<string> BackupArguments(BackupOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        var arguments = BackupHead(order);
        foreach (var pattern in order.Exclude ?? [])
        {
            arguments.AddRange(["--exclude", pattern]);
        }

        return [.. arguments, .. order.Args ?? [], "--", .. order.Paths];
    }

    private static List<string> BackupHead(BackupOrder order)
    {
        var arguments = new List<string> { "backup", "--json", "--host", order.Host };
        foreach (var tag in order.Tags)
        {
            arguments.AddRange(["--tag", tag]);
        }

        return arguments;
    }

    private static ResticFailure UnreadFailure(BackupResult saved)
    {
        var what = saved.Unread.Count == 1 ? "1 path" : $"{saved.Unread.Count} paths";
        var first = saved.Unread.Entries.Count > 0 ? $"; the first: {saved.Unread.Entries[0]}" : "";
        var count = saved.Unread.Count == 0 ? "some files" : what;
        return new(Outcome.FilesUnread, $"Snapshot {saved.Summary.SnapshotId} was saved without {count} that could not be read{first}.", Retryable: false);
    }
}
