using Stash.Core.Signals;

namespace Stash.Core.Restic;

/// <summary>Where restic is, and where its secrets, cache and scratch files are.</summary>
/// <param name="ResticPath">The program; default <c>restic</c> on PATH.</param>
/// <param name="SecretPath">Folder with one file for each key of the repository's Secret; read anew at every operation.</param>
/// <param name="CachePath">Folder for restic's cache and temporary files.</param>
public sealed record ResticSurroundings(string ResticPath, string SecretPath, string CachePath)
{
    /// <summary>How long restic may take to end after SIGINT; then it is killed.</summary>
    public TimeSpan InterruptGrace { get; init; } = TimeSpan.FromSeconds(20);
}

/// <summary>Carries out a <see cref="SignalRequest"/> with restic. Used by the sidecar, and by the runner for what it does in its own pod.</summary>
public sealed class RepositoryOperations(ResticSurroundings surroundings, TimeProvider time)
{
    /// <summary>Gets the process id of each restic as it starts.</summary>
    public Action<int>? OnStarted { get; init; }

    /// <summary>Gets told after each path that a backup could not read.</summary>
    public Action<UnreadFiles>? OnUnread { get; init; }

    /// <summary>Runs one operation to its end. Never throws for what restic or the repository does: every end is an <see cref="Outcome"/>.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="report">Gets progress and log lines as they come.</param>
    /// <param name="cancellationToken">Interrupts restic (SIGINT, so that no lock stays) and ends as <see cref="Outcome.Interrupted"/>.</param>
    public Task<SignalResult> RunAsync(SignalRequest request, Func<SignalLine, ValueTask> report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        return RunAsync(request, RequestRules.Fault(request), report, (run, blank) => run.ToEndAsync(blank), cancellationToken);
    }

    /// <summary>Backs up what a source writes, as one snapshot with one file; none where the source fails.</summary>
    /// <param name="request">A backup whose paths are not looked at.</param>
    /// <param name="fileName">Name of the file in the snapshot, without folders.</param>
    /// <param name="source">Writes the file.</param>
    /// <param name="report">Gets progress and log lines as they come.</param>
    /// <param name="cancellationToken">Interrupts restic.</param>
    public Task<SignalResult> BackUpStreamAsync(
        SignalRequest request, string fileName, IBackupSource source, Func<SignalLine, ValueTask> report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var fault = string.IsNullOrEmpty(fileName) || fileName.Contains('/', StringComparison.Ordinal)
            ? $"file: \"{fileName}\" must be a file's name without folders"
            : RequestRules.Fault(request.Backup is null ? request : request with { Backup = request.Backup with { Paths = [$"/{fileName}"] } });
        return RunAsync(request, fault, report, (run, blank) => run.BackUpStreamAsync(blank, fileName, source), cancellationToken);
    }

    /// <summary>Restores files.</summary>
    /// <param name="request">Says where the repository is; its verb is not looked at.</param>
    /// <param name="options">What is restored, and where to.</param>
    /// <param name="report">Gets log lines as they come.</param>
    /// <param name="cancellationToken">Interrupts restic.</param>
    public Task<SignalResult> RestoreAsync(
        SignalRequest request, RestoreOptions options, Func<SignalLine, ValueTask> report, CancellationToken cancellationToken) =>
        RunAsync(request, null, report, (run, blank) => run.RestoreAsync(blank, options), cancellationToken);

    /// <summary>Gives one file of a snapshot to a sink.</summary>
    /// <param name="request">Says where the repository is; its verb is not looked at.</param>
    /// <param name="options">The snapshot.</param>
    /// <param name="file">Path of the file in the snapshot.</param>
    /// <param name="sink">Takes it.</param>
    /// <param name="report">Gets log lines as they come.</param>
    /// <param name="cancellationToken">Interrupts restic.</param>
    public Task<SignalResult> RestoreStreamAsync(
        SignalRequest request, RestoreOptions options, string file, IRestoreSink sink, Func<SignalLine, ValueTask> report, CancellationToken cancellationToken) =>
        RunAsync(request, null, report, (run, blank) => run.RestoreStreamAsync(blank, options, file, sink), cancellationToken);

    private async Task<SignalResult> RunAsync(
        SignalRequest request, string? fault, Func<SignalLine, ValueTask> report, Func<OperationRun, SignalResult, Task<SignalResult>> operate, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        var start = time.GetTimestamp();
        var blank = new SignalResult
        {
            Session = request.Session, Verb = request.Verb, Outcome = Outcome.Failed, Message = "", StartTime = time.GetUtcNow(),
        };
        if (fault is not null)
        {
            return blank with { Outcome = Outcome.InvalidRequest, Message = fault };
        }

        await using var run = new OperationRun(request, surroundings, time, report, cancellationToken) { OnStarted = OnStarted, OnUnread = OnUnread };
        var result = await operate(run, blank);
        return result with { Seconds = Math.Round(time.GetElapsedTime(start).TotalSeconds, 3) };
    }

    /// <summary>Looks for the snapshot that a backup saved before whoever ran it went away, and removes locks that it left behind.</summary>
    /// <param name="request">The backup.</param>
    /// <param name="cancellationToken">Interrupts restic.</param>
    /// <returns>The snapshot, or neither value nor failure where there is none.</returns>
    public async Task<ResticEnd<BackupSummary>> FindSavedAsync(SignalRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        await using var run = new OperationRun(request, surroundings, time, _ => ValueTask.CompletedTask, cancellationToken) { OnStarted = OnStarted };
        return await run.FindSavedAsync();
    }
}
