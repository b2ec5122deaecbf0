using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Core.CronJobs;
using Stash.Core.Kubernetes;
using Stash.Core.Signals;
using Stash.Runner.Batches;
using Stash.Runner.Logging;

namespace Stash.Runner.Run;

/// <summary>
/// Brings a session to its end: skipped, succeeded or failed with a named reason, within its deadline; what its preBackup hook locked is
/// released whatever happens. It stays Running only when the API cannot be reached or this process is stopped while its Job will try again.
/// </summary>
internal sealed class SessionLife(
    IKubernetesClient client, RunSettings settings, TimeProvider time, ILogger log, SessionRecorder recorder, Sessions sessions, Events events)
{
    private Invoker? _invoker;
    private ISessionWork? _work;

    /// <summary>What a session of a config or batch does.</summary>
    public static ISessionWork WorkOf(
        Invoker invoker, IKubernetesClient client, RunSettings settings, TimeProvider time, ILogger log, ISessionRecord record) =>
        invoker.Batch is null
            ? new ConfigWork(new TargetLife(client, settings, time, log, record, invoker.Whole), log)
            : new BatchWork(client, settings, time, log, record, invoker);

    /// <summary>The session as an object that Events can be about.</summary>
    public static JsonObject About(BackupSession session) => new()
    {
        ["apiVersion"] = StashApi.V1Beta1,
        ["kind"] = BackupSession.KindName,
        ["metadata"] = new JsonObject { ["name"] = session.Metadata.Name, ["uid"] = session.Metadata.Uid },
    };

    /// <summary>Lives the session; afterwards its phase is an end.</summary>
    public async Task LiveAsync(JsonObject configJson, CancellationToken stop)
    {
        if (recorder.Status.Phase != Phase.Running && await IsSkippedAsync(configJson, stop))
        {
            return;
        }

        try
        {
            await EndAsync(await StepsAsync(configJson, stop), stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await LastWordsAsync();
            if (!SessionStatus.IsEnded(recorder.Status.Phase))
            {
                throw;
            }
        }
    }

    private async Task<bool> IsSkippedAsync(JsonObject configJson, CancellationToken stop)
    {
        var alive = await new OrphanClosing(client, settings, time, log, sessions, events).CloseAsync(recorder.Session, configJson, stop);
        var (reason, message) = configJson.At("spec", "paused")?.GetValueKind() == JsonValueKind.True
            ? ("Paused", $"{settings.Kind} {settings.Config} is paused")
            : alive is not null
                ? ("AnotherSessionIsAlive", $"BackupSession {alive.Metadata.Name} of the same config has not ended")
                : (null, "");
        if (reason is null)
        {
            return false;
        }

        await recorder.WriteAsync(s => SessionEnd.Skip(s, reason, message, time.Now()), stop);
        return true;
    }

    /// <summary>Backup, release, retention, in this order: the application is released before the repository is tidied.</summary>
    /// <returns>The session's failure, or null; what hosts and hooks failed of is in the status.</returns>
    private async Task<NamedFailure?> StepsAsync(JsonObject configJson, CancellationToken stop)
    {
        try
        {
            _invoker = InputReader.Read(configJson);
        }
        catch (RunFailureException unreadable)
        {
            return unreadable.Failure;
        }

        await BeginAsync(configJson, JobDeadlines.TimeOut(_invoker.Whole), stop);
        var left = recorder.Status.SessionDeadline!.Value + settings.Limits.AfterDeadline - time.GetUtcNow();
        using var deadline = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
        _work = WorkOf(_invoker, client, settings, time, log, recorder);
        return await _work.RunAsync(new StepGuard(recorder, log, deadline.Token, stop), stop);
    }

    private async Task BeginAsync(JsonObject configJson, TimeSpan timeOut, CancellationToken stop)
    {
        if (recorder.Status.Phase == Phase.Running)
        {
            log.SessionGoesOn(recorder.Name);
            return;
        }

        await recorder.WriteAsync(s => SessionStatus.Begin(s, time.GetUtcNow() + timeOut), stop);
        log.SessionBegins(recorder.Name, settings.Kind, settings.Config, settings.Namespace);
        await events.WriteAsync(configJson, recorder.Name, EventReasons.Started, $"{recorder.Name} began", stop);
    }

    private async Task EndAsync(NamedFailure? failure, CancellationToken stop)
    {
        var now = time.Now();
        var began = recorder.Session.Metadata.CreationTimestamp ?? now;
        await recorder.WriteAsync(
            s => failure is null ? Judge(s, began, now) : SessionEnd.Fail(s, failure, _invoker?.Whole.Spec.Target?.Ref, began, now), stop);
    }

    private static BackupSessionStatus Judge(BackupSessionStatus status, DateTimeOffset began, DateTimeOffset now)
    {
        var late = (status.Targets ?? []).SelectMany(t => t.Stats ?? [])
            .FirstOrDefault(s => s.Error?.StartsWith(Outcome.DeadlineExceeded + ":", StringComparison.Ordinal) == true);
        var told = late is null
            ? status
            : status.With(SessionConditions.True(SessionConditions.DeadlineExceeded, Outcome.DeadlineExceeded, $"{late.Hostname} was not done by then", now));
        return told.End((status.Conditions ?? []).Any(c => c.Status == "False"), began, now);
    }

    /// <summary>When the process is stopped: a Job that will not try again releases and ends its session; else the next attempt goes on with it.</summary>
    private async Task LastWordsAsync()
    {
        using var brief = new CancellationTokenSource(settings.Limits.LastWords, time);
        try
        {
            if (settings.JobUid is { } uid && (await sessions.ActiveJobsAsync(brief.Token)).Contains(uid))
            {
                log.LeftToNextAttempt(recorder.Name);
                return;
            }

            var failure = new NamedFailure(FailureCodes.RunnerGone, "the runner was told to stop, and its Job will not try again");
            if (_work is not null && recorder.Status.Phase == Phase.Running)
            {
                await _work.ReleaseAsync(new StepGuard(recorder, log, CancellationToken.None, CancellationToken.None), failure);
            }

            using var last = new CancellationTokenSource(settings.Limits.LastWords, time);
            await EndAsync(failure, last.Token);
        }
        catch (Exception lost) when (lost is KubernetesException or OperationCanceledException)
        {
            log.ApiUnreachable(lost.Message);
        }
    }
}
