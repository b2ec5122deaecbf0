using Stash.Core.Restic;
using Stash.Core.Signals;

namespace Stash.Runner.Sidecar;

/// <summary>
/// Decides what a request means: not begun, it begins; running, it attaches; done, the recorded result comes back. At most one
/// operation runs at a time.
/// </summary>
internal sealed class OperationDesk(RecordStore records, OperationWorker worker, SidecarLog log) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _closing = new();
    private RunningOperation? _running;
    private Task _work = Task.CompletedTask;

    /// <summary>Answers a request with lines, the last of which is the result.</summary>
    /// <param name="request">As it came.</param>
    /// <param name="send">Sends a line; throws when nobody listens any more, which ends the answer and not the operation.</param>
    /// <param name="cancellationToken">Stops answering.</param>
    public async Task AnswerAsync(SignalRequest request, Func<SignalLine, Task> send, CancellationToken cancellationToken)
    {
        var (line, operation) = Decide(request);
        if (operation is null)
        {
            await send(line!);
            return;
        }

        var lines = operation.Follow();
        try
        {
            await foreach (var each in lines.ReadAllAsync(cancellationToken))
            {
                await send(each);
            }
        }
        finally
        {
            operation.Leave(lines);
        }
    }

    /// <summary>Interrupts what runs, begins nothing more, and waits for the result to be recorded.</summary>
    public async Task CloseAsync()
    {
        await _closing.CancelAsync();
        Task work;
        lock (_lock)
        {
            work = _work;
        }

        await work;
    }

    /// <inheritdoc/>
    public void Dispose() => _closing.Dispose();

    private (SignalLine? Line, RunningOperation? Operation) Decide(SignalRequest request)
    {
        if (RequestRules.Fault(request) is { } fault)
        {
            return (Refusal(request, Outcome.InvalidRequest, fault, retryable: false), null);
        }

        lock (_lock)
        {
            if (_running is { } running)
            {
                return running.Request.Session != request.Session || running.Request.Verb != request.Verb ? (Busy(request, running.Request), null)
                    : OperationRecord.AreAlike(running.Request, request) ? (null, running)
                    : (Differs(request), null);
            }

            var record = records.Find(request.Session, request.Verb);
            if (record is not null && !OperationRecord.AreAlike(record.Request, request))
            {
                return (Differs(request), null);
            }

            if (record is { Result: { } result })
            {
                return (new SignalLine { Result = result }, null);
            }

            if (_closing.IsCancellationRequested)
            {
                return (Refusal(request, Outcome.Interrupted, "The sidecar is ending.", retryable: true), null);
            }

            var before = record ?? records.FindUncertain(request);
            _running = new RunningOperation(request);
            _work = Task.Run(() => WorkAsync(_running, before), CancellationToken.None);
            return (null, _running);
        }
    }

    private async Task WorkAsync(RunningOperation operation, OperationRecord? before)
    {
        var request = operation.Request;
        log.Say($"{request.Verb} for session {request.Session} {(before is null ? "begins" : "is taken up again")}.");
        var result = await worker.WorkAsync(operation, before, _closing.Token);
        log.Say($"{request.Verb} for session {request.Session} ended: {result.Outcome}: {result.Message}");
        lock (_lock)
        {
            _running = null;
        }

        operation.Tell(new SignalLine { Result = result });
    }

    private static SignalLine Busy(SignalRequest request, SignalRequest running) => Refusal(
        request, Outcome.SidecarBusy, $"The sidecar is busy with {running.Verb} of session {running.Session}. Try again when that has ended.", retryable: true);

    private static SignalLine Differs(SignalRequest request) => Refusal(
        request,
        Outcome.InvalidRequest,
        $"session: {request.Verb} of session {request.Session} was begun with another repository, host, tags or paths; start a new session",
        retryable: false);

    private static SignalLine Refusal(SignalRequest request, string outcome, string message, bool retryable) => new()
    {
        Result = new SignalResult { Session = request.Session, Verb = request.Verb, Outcome = outcome, Message = message, Retryable = retryable },
    };
}
