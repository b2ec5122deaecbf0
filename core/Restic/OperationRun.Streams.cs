using Stash.Core.Signals;

namespace Stash.Core.Restic;

/// <content>Streams from and to commands, and restores.</content>
internal sealed partial class OperationRun
{
    private const int CopyBuffer = 1 << 17;

    /// <summary>One snapshot with one file, which the source writes; none when the source fails.</summary>
    public Task<SignalResult> BackUpStreamAsync(SignalResult blank, string fileName, IBackupSource source) =>
        ToEndAsync(blank, restic => BackUpStreamAsync(restic, blank, fileName, source));

    /// <summary>Restores files.</summary>
    public Task<SignalResult> RestoreAsync(SignalResult blank, RestoreOptions options) => ToEndAsync(blank, restic => WaitingAsync(
        restic,
        () => restic.RestoreAsync(options, _end.Token),
        blank,
        (result, _) => result with { Message = $"Snapshot {options.Snapshot} was restored into {options.Target}." }));

    /// <summary>Gives one file of a snapshot to the sink, which takes it as a whole or not at all.</summary>
    public Task<SignalResult> RestoreStreamAsync(SignalResult blank, RestoreOptions options, string file, IRestoreSink sink) =>
        ToEndAsync(blank, restic => RestoreStreamAsync(restic, blank, options, file, sink));

    private async Task<SignalResult> BackUpStreamAsync(ResticClient restic, SignalResult blank, string fileName, IBackupSource source)
    {
        // The source is not begun before the repository is there, and not again where an earlier pod of the session saved its output.
        var (saved, failure) = await restic.SnapshotsAsync(_request.Backup!.Host, _request.Backup.Tags, _end.Token);
        if (failure is { Outcome: Outcome.RepositoryNotFound } && _request.Backup.MayInitialize)
        {
            failure = await InitializeAsync(restic);
        }

        if (failure is not null)
        {
            return Failed(blank, failure);
        }

        if (saved?.OrderBy(snapshot => snapshot.Time).Select(RecoveredSummary.Of).LastOrDefault() is { } earlier)
        {
            return blank with { Outcome = Outcome.Succeeded, Backup = earlier with { Paths = [$"/{fileName}"] }, Message = $"Snapshot {earlier.SnapshotId} was saved by an earlier attempt." };
        }

        var result = await WaitingAsync(
            restic,
            () => restic.BackupStreamAsync(
                _request.Backup, fileName, source.WriteToAsync, progress => _lines.Writer.TryWrite(new SignalLine { Progress = progress }), _end.Token),
            blank,
            (done, backup) => done with { Backup = backup.Summary with { Paths = [$"/{fileName}"] }, Message = $"Snapshot {backup.Summary.SnapshotId} was saved." });
        return source.Fault is { } fault && result.Backup is null
            ? blank with { Outcome = Outcome.CommandFailed, Message = $"{fault}; no snapshot was saved" }
            : result;
    }

    private async Task<SignalResult> RestoreStreamAsync(ResticClient restic, SignalResult blank, RestoreOptions options, string file, IRestoreSink sink)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        var input = sink.Begin();
        var failure = input is null ? null : (await restic.DumpAsync(options, file, output => CopyAsync(output, input, over), over.Token)).Failure;
        var fault = await sink.EndAsync(isWhole: input is not null && failure is null, _end.Token);
        return (fault, failure) switch
        {
            (not null, _) when failure is null or { Outcome: Outcome.Interrupted } && !_end.IsCancellationRequested =>
                blank with { Outcome = Outcome.CommandFailed, Message = fault },
            (_, not null) => Failed(blank, failure),
            (not null, _) => Failed(blank, ResticFailure.Interrupted()),
            _ => blank with { Outcome = Outcome.Succeeded, Message = $"{file} of snapshot {options.Snapshot} was restored." },
        };
    }

    /// <summary>A sink that takes no more ends restic, whose output would never be read otherwise.</summary>
    private static async Task CopyAsync(Stream output, Stream input, CancellationTokenSource over)
    {
        try
        {
            await output.CopyToAsync(input, CopyBuffer, over.Token);
            await input.FlushAsync(over.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            await over.CancelAsync();
        }
    }
}
