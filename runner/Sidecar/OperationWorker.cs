using Stash.Core.Restic;
using Stash.Core.Signals;

namespace Stash.Runner.Sidecar;

/// <summary>
/// Carries an operation out and records each stage. After a restart it first asks the repository whether the snapshot was saved, so
/// that no session ever has two.
/// </summary>
internal sealed class OperationWorker(SidecarOptions options, RecordStore records, SidecarLog log, TimeProvider time)
{
    private static readonly TimeSpan BetweenUnreadRecords = TimeSpan.FromSeconds(1);

    /// <summary>Works to the end; never throws.</summary>
    /// <param name="operation">What is asked, and who is told.</param>
    /// <param name="before">The record of an earlier attempt at the same; null where there was none.</param>
    /// <param name="cancellationToken">Interrupts.</param>
    public async Task<SignalResult> WorkAsync(RunningOperation operation, OperationRecord? before, CancellationToken cancellationToken)
    {
        var start = time.GetUtcNow();
        var record = new OperationRecord { Request = operation.Request };
        SignalResult result;
        try
        {
            records.Trim();
            var recovered = before is null ? null : await RecoverAsync(operation.Request, before, start, cancellationToken);
            if (recovered is null)
            {
                (record, recovered) = await RunAsync(operation, record, cancellationToken);
            }

            result = recovered;
        }
        catch (Exception e)
        {
            log.Say($"Fault: {e}");
            result = Blank(operation.Request, start) with { Message = $"The sidecar failed: {e.GetType().Name}: {e.Message}" };
        }

        Record(record with { Result = result });
        return result;
    }

    private async Task<(OperationRecord Record, SignalResult Result)> RunAsync(
        RunningOperation operation, OperationRecord fresh, CancellationToken cancellationToken)
    {
        var gate = new Lock();
        var record = fresh;
        Record(record);
        long? lastUnread = null;
        var operations = new RepositoryOperations(Surroundings(), time)
        {
            OnStarted = id =>
            {
                lock (gate)
                {
                    record = record with { Restic = ProcessIdentity.Of(id) };
                    Record(record);
                }
            },
            OnUnread = unread =>
            {
                lock (gate)
                {
                    if (lastUnread is { } last && time.GetElapsedTime(last) < BetweenUnreadRecords)
                    {
                        return;
                    }

                    lastUnread = time.GetTimestamp();
                    record = record with { UnreadPaths = [.. unread.Entries], UnreadCount = unread.Count };
                    Record(record);
                }
            },
        };
        var result = await operations.RunAsync(operation.Request, Report, cancellationToken);
        return (record, result);

        ValueTask Report(SignalLine line)
        {
            operation.Tell(line);
            if (line.Log is { } sentence)
            {
                log.Say(sentence);
            }

            return ValueTask.CompletedTask;
        }
    }

    /// <summary>The result of an earlier attempt that ended without telling, or null where the operation is to run (again).</summary>
    private async Task<SignalResult?> RecoverAsync(
        SignalRequest request, OperationRecord before, DateTimeOffset start, CancellationToken cancellationToken)
    {
        if (before.Restic is { } orphan)
        {
            await orphan.EndAsync(Surroundings().InterruptGrace, time, cancellationToken);
        }

        if (request.Verb != SignalVerb.Backup)
        {
            return null;
        }

        var blank = Blank(request, start);
        var (saved, failure) = await new RepositoryOperations(Surroundings(), time).FindSavedAsync(request, cancellationToken);
        if (failure is not null)
        {
            return before.Result is null
                ? blank with
                {
                    Outcome = Outcome.SidecarRestarted,
                    Retryable = true,
                    Message = $"An earlier attempt was cut off, and whether a snapshot was saved cannot be told: {failure.Message}",
                }
                : blank with { Outcome = failure.Outcome, Message = failure.Message, Retryable = failure.Retryable };
        }

        if (saved is null)
        {
            return null;
        }

        var found = blank with { Outcome = Outcome.Succeeded, Backup = saved, Message = $"Snapshot {saved.SnapshotId} was saved by an earlier attempt, whose end was not seen." };
        return before.UnreadCount == 0
            ? found
            : found with
            {
                Outcome = Outcome.FilesUnread,
                UnreadPaths = before.UnreadPaths,
                UnreadCount = before.UnreadCount,
                Message = $"Snapshot {saved.SnapshotId} was saved by an earlier attempt, whose end was not seen, without at least {before.UnreadCount} paths that could not be read.",
            };
    }

    /// <summary>A work folder that is full must not turn a saved snapshot into a failure.</summary>
    private void Record(OperationRecord record)
    {
        try
        {
            records.Write(record);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.Say($"The record of {record.Request.Verb} for session {record.Request.Session} could not be written: {e.Message}");
        }
    }

    private ResticSurroundings Surroundings() => new(options.ResticPath, options.SecretPath, options.WorkPath)
    {
        InterruptGrace = options.Grace * 0.45,
    };

    private static SignalResult Blank(SignalRequest request, DateTimeOffset start) =>
        new() { Session = request.Session, Verb = request.Verb, Outcome = Outcome.Failed, Message = "", StartTime = start };
}
