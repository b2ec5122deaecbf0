using System.Threading.Channels;
using Stash.Core.Signals;

namespace Stash.Core.Restic;

/// <summary>One operation from secret to result; the order of its steps is here, restic's verbs are in <see cref="ResticClient"/>.</summary>
internal sealed partial class OperationRun : IAsyncDisposable
{
    private readonly SignalRequest _request;
    private readonly ResticSurroundings _surroundings;
    private readonly TimeProvider _time;
    private readonly CancellationToken _asked;
    private readonly CancellationTokenSource _deadline;
    private readonly CancellationTokenSource _end;
    private readonly Channel<SignalLine> _lines = Channel.CreateBounded<SignalLine>(
        new BoundedChannelOptions(256) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
    private readonly Task _reporting;
    private Scrubber _scrubber = new([]);
    private bool _initialized;

    public OperationRun(
        SignalRequest request, ResticSurroundings surroundings, TimeProvider time, Func<SignalLine, ValueTask> report, CancellationToken cancellationToken)
    {
        (_request, _surroundings, _time, _asked) = (request, surroundings, time, cancellationToken);
        _deadline = DeadlineOf(request, time);
        _end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _deadline.Token);
        _reporting = ReportAsync(report);
    }

    /// <summary>Gets the process id of each restic as it starts.</summary>
    public Action<int>? OnStarted { get; init; }

    /// <summary>Gets told after each path that a backup could not read.</summary>
    public Action<UnreadFiles>? OnUnread { get; init; }

    public Task<SignalResult> ToEndAsync(SignalResult blank) => ToEndAsync(blank, restic => DispatchAsync(restic, blank));

    private async Task<SignalResult> ToEndAsync(SignalResult blank, Func<ResticClient, Task<SignalResult>> dispatch)
    {
        SignalResult result;
        try
        {
            var (restic, fault) = Prepare();
            result = restic is null ? Failed(blank, fault!) : await dispatch(restic);
            if (restic is not null && result.Outcome is Outcome.Interrupted or Outcome.DeadlineExceeded or Outcome.ResticKilled or Outcome.CommandFailed)
            {
                await CleanUpAsync(restic);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            result = Failed(blank, new ResticFailure(Outcome.Failed, e.Message, Retryable: false));
        }

        return result with
        {
            Message = _scrubber.Scrub(result.Message),
            UnreadPaths = result.UnreadPaths?.Select(_scrubber.Scrub).ToList(),
            Initialized = _initialized,
        };
    }

    public async Task<ResticEnd<BackupSummary>> FindSavedAsync()
    {
        try
        {
            var (restic, fault) = Prepare();
            if (restic is null)
            {
                return new(null, fault);
            }

            await restic.UnlockAsync(_end.Token);
            var found = await restic.SnapshotsAsync(_request.Backup!.Host, _request.Backup.Tags, _end.Token);
            return found.Failure is { Outcome: not Outcome.RepositoryNotFound } failure
                ? new(null, failure with { Message = _scrubber.Scrub(failure.Message) })
                : new(found.Value?.OrderBy(snapshot => snapshot.Time).Select(RecoveredSummary.Of).LastOrDefault(), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(null, new ResticFailure(Outcome.Failed, e.Message, Retryable: true));
        }
    }

    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        await _reporting;
        _end.Dispose();
        _deadline.Dispose();
    }

    /// <summary>A killed restic leaves its lock behind, and so does one that is interrupted in the moment after it wrote it.</summary>
    private async Task CleanUpAsync(ResticClient restic)
    {
        using var bounded = new CancellationTokenSource(_surroundings.InterruptGrace, _time);
        var (_, failure) = await restic.UnlockAsync(bounded.Token);
        if (failure is { Outcome: not Outcome.RepositoryNotFound })
        {
            Log($"A lock may have been left behind; the next exclusive operation removes it: {failure.Message}");
        }
    }

    private (ResticClient? Restic, ResticFailure? Fault) Prepare()
    {
        var secret = RepositorySecret.Read(_surroundings.SecretPath);
        _scrubber = new Scrubber(secret.Values);
        bool IsSet(string name) =>
            _request.Environment?.ContainsKey(name) == true || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name));
        if (SecretRules.Missing(_request.Repository, secret, IsSet) is { } missing)
        {
            return (null, new ResticFailure(Outcome.SecretIncomplete, missing, Retryable: false));
        }

        Directory.CreateDirectory(Path.Combine(_surroundings.CachePath, "tmp"));
        var launch = new ResticLaunch(
            _surroundings.ResticPath,
            [.. ResticEnvironment.GlobalArgs(secret), .. _request.GlobalArgs ?? []],
            ResticEnvironment.Build(
                _request.Repository, _request.Environment, secret, _surroundings.CachePath, Environment.GetEnvironmentVariable),
            _request is { Nice: null, IoNiceClass: null } ? null : new ProcessPriority(_request.Nice, _request.IoNiceClass, _request.IoNiceClassData),
            _surroundings.InterruptGrace);
        return (new ResticClient(launch, _time) { OnNotice = Log, OnStarted = OnStarted }, null);
    }

    private Task<SignalResult> DispatchAsync(ResticClient restic, SignalResult blank) => _request.Verb switch
    {
        SignalVerb.Backup => BackupAsync(restic, blank),
        SignalVerb.Forget => WaitingAsync(
            restic,
            () => restic.ForgetAsync(_request.Forget!, _end.Token),
            blank,
            (result, forget) => result with { Forget = forget, Message = $"{forget.Kept} snapshots kept, {forget.Removed} removed." }),
        SignalVerb.Check => WaitingAsync(
            restic,
            () => restic.CheckAsync(_request.Check!, _end.Token),
            blank,
            (result, _) => result with { Message = "restic check found nothing wrong." }),
        _ => WaitingAsync(
            restic,
            () => restic.StatsAsync(_end.Token),
            blank,
            (result, stats) => result with { Stats = stats, Message = $"{stats.SnapshotCount} snapshots, {stats.TotalBytes} bytes." }),
    };

    private Task<SignalResult> BackupAsync(ResticClient restic, SignalResult blank) => WaitingAsync(
        restic,
        async () =>
        {
            var end = await BackupOnceAsync(restic);
            if (end.Failure?.Outcome != Outcome.RepositoryNotFound || !_request.Backup!.MayInitialize)
            {
                return end;
            }

            return await InitializeAsync(restic) is { } failure ? new(null, failure) : await BackupOnceAsync(restic);
        },
        blank,
        (result, saved) => result with
        {
            Backup = saved.Summary,
            UnreadPaths = saved.Unread.Count > 0 ? saved.Unread.Entries : null,
            UnreadCount = saved.Unread.Count,
            Message = saved.Summary.SnapshotId.Length > 0
                ? $"Snapshot {saved.Summary.SnapshotId} was saved."
                : "restic saved no snapshot: nothing has changed, or the arguments ask for none.",
        });

    private async Task<ResticFailure?> InitializeAsync(ResticClient restic)
    {
        var made = await InitLock.WhileHeldAsync(_request.Repository, () => restic.InitAsync(_end.Token), _time, _end.Token);
        if (made.Value is { } result)
        {
            _initialized |= result.WasMade;
            Log(result.WasMade ? "The repository was made." : "The repository was made by another in the meantime.");
        }

        return made.Failure;
    }

    private Task<ResticEnd<BackupResult>> BackupOnceAsync(ResticClient restic) => restic.BackupAsync(
        _request.Backup!,
        progress => _lines.Writer.TryWrite(new SignalLine { Progress = progress }),
        unread => OnUnread?.Invoke(unread),
        _end.Token);

    private async Task<SignalResult> WaitingAsync<T>(
        ResticClient restic, Func<Task<ResticEnd<T>>> action, SignalResult blank, Func<SignalResult, T, SignalResult> fill)
        where T : class
    {
        var wait = new LockWait(RequestRules.LockWait(_request), _time, Log);
        var end = await wait.TryAsync(action, () => restic.UnlockAsync(_end.Token), _end.Token);
        var result = end.Value is { } value ? fill(blank with { Outcome = Outcome.Succeeded }, value) : blank;
        return end.Failure is { } failure ? Failed(result, failure) : result;
    }

    private SignalResult Failed(SignalResult result, ResticFailure failure) =>
        failure.Outcome is Outcome.Interrupted or Outcome.RepositoryLocked && _deadline.IsCancellationRequested && !_asked.IsCancellationRequested
            ? result with
            {
                Outcome = Outcome.DeadlineExceeded,
                Message = "It took longer than the session may take; restic was interrupted and nothing was saved. Raise timeOut, or back up less.",
            }
            : result with { Outcome = failure.Outcome, Message = failure.Message, Retryable = failure.Retryable };

    private void Log(string sentence) => _lines.Writer.TryWrite(new SignalLine { Log = _scrubber.Scrub(sentence) });

    private async Task ReportAsync(Func<SignalLine, ValueTask> report)
    {
        await foreach (var line in _lines.Reader.ReadAllAsync())
        {
            await report(line);
        }
    }

    private static CancellationTokenSource DeadlineOf(SignalRequest request, TimeProvider time)
    {
        var longest = TimeSpan.FromDays(45);
        var left = request.Deadline is { } deadline ? deadline - time.GetUtcNow() : longest;
        var source = new CancellationTokenSource(left <= TimeSpan.Zero ? Timeout.InfiniteTimeSpan : left < longest ? left : longest, time);
        if (left <= TimeSpan.Zero)
        {
            source.Cancel();
        }

        return source;
    }
}
