using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.CronJobs;
using Stash.Core.Kubernetes;
using Stash.Core.Signals;
using Stash.Runner.Logging;

namespace Stash.Runner.Run;

/// <summary>
/// Brings a session to its end: skipped, succeeded or failed with a named reason, within its deadline. It stays Running only when
/// the API cannot be reached or this process is stopped while its Job will try again.
/// </summary>
internal sealed class SessionLife(
    IKubernetesClient client, RunSettings settings, TimeProvider time, ILogger log, SessionRecorder recorder, Sessions sessions, Events events)
{
    private TargetReference? _target;

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
            var failure = await TryStepsAsync(configJson, stop);
            await EndAsync(failure, stop);
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
        var verdict = Rivals.Judge(
            recorder.Session, await sessions.OfConfigAsync(stop), await sessions.ActiveJobsAsync(stop), time.Now());
        foreach (var orphan in verdict.Orphans)
        {
            await CloseAsync(orphan, stop);
        }

        var (reason, message) = configJson.At("spec", "paused")?.GetValueKind() == System.Text.Json.JsonValueKind.True
            ? ("Paused", $"BackupConfiguration {settings.Config} is paused")
            : verdict.Alive is { } alive
                ? ("AnotherSessionIsAlive", $"BackupSession {alive.Metadata.Name} of the same config has not ended")
                : (null, "");
        if (reason is null)
        {
            return false;
        }

        await recorder.WriteAsync(s => SessionEnd.Skip(s, reason, message, time.Now()), stop);
        return true;
    }

    private async Task CloseAsync(BackupSession orphan, CancellationToken stop)
    {
        using var other = new SessionRecorder(client, orphan);
        var failure = new NamedFailure(FailureCodes.RunnerGone, "the Job of this session ended or was deleted before the session did");
        log.OrphanClosed(other.Name);
        await other.WriteAsync(s => SessionEnd.Fail(s, failure, null, orphan.Metadata.CreationTimestamp ?? time.Now(), time.Now()), stop);
        await new ConfigReport(client, time, log).WriteAsync(other, stop);
        await events.WriteAsync(About(orphan), other.Name, EventReasons.Failed, SessionEnd.Sentence(other.Name, other.Status), stop);
    }

    /// <summary>The session's failure, or null; what hosts failed of is in the status.</summary>
    private async Task<NamedFailure?> TryStepsAsync(JsonObject configJson, CancellationToken stop)
    {
        CancellationTokenSource? deadline = null;
        try
        {
            var config = InputReader.Read(configJson);
            _target = config.Spec.Target?.Ref;
            await BeginAsync(configJson, JobDeadlines.TimeOut(config), stop);
            var left = recorder.Status.SessionDeadline!.Value + settings.Limits.AfterDeadline - time.GetUtcNow();
            deadline = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, stop);
            var inputs = await new InputReader(client, settings.Namespace).GatherAsync(config, either.Token);
            await new SessionSteps(client, settings, time, log, recorder).RunAsync(inputs, either.Token);
            return null;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested && deadline?.IsCancellationRequested == true)
        {
            return new NamedFailure(Outcome.DeadlineExceeded, $"not ended by {recorder.Status.SessionDeadline:u}; raise spec.timeOut if it needs longer");
        }
        catch (RunFailureException failure)
        {
            return failure.Failure;
        }
        catch (KubernetesException refused) when (!ApiErrors.IsUnreachable(refused))
        {
            return new NamedFailure(FailureCodes.ApiRefused, refused.Message);
        }
        catch (Exception fault) when (fault is not KubernetesException && !(fault is OperationCanceledException && stop.IsCancellationRequested))
        {
            log.Fault(fault);
            return new NamedFailure(FailureCodes.InternalError, $"{fault.GetType().Name}: {fault.Message}; please report it with the runner's log");
        }
        finally
        {
            deadline?.Dispose();
        }
    }

    private async Task BeginAsync(JsonObject configJson, TimeSpan timeOut, CancellationToken stop)
    {
        if (recorder.Status.Phase == Phase.Running)
        {
            log.SessionGoesOn(recorder.Name);
            return;
        }

        await recorder.WriteAsync(s => SessionStatus.Begin(s, time.GetUtcNow() + timeOut), stop);
        log.SessionBegins(recorder.Name, settings.Config, settings.Namespace);
        await events.WriteAsync(configJson, recorder.Name, EventReasons.Started, $"{recorder.Name} began", stop);
    }

    private async Task EndAsync(NamedFailure? failure, CancellationToken stop)
    {
        var now = time.Now();
        var began = recorder.Session.Metadata.CreationTimestamp ?? now;
        await recorder.WriteAsync(
            s => failure is null ? Judge(s, began, now) : SessionEnd.Fail(s, failure, _target, began, now), stop);
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

    /// <summary>When the process is stopped: a Job that will not try again ends its session; else the next attempt goes on with it.</summary>
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

            await EndAsync(new NamedFailure(FailureCodes.RunnerGone, "the runner was told to stop, and its Job will not try again"), brief.Token);
        }
        catch (Exception lost) when (lost is KubernetesException or OperationCanceledException)
        {
            log.ApiUnreachable(lost.Message);
        }
    }
}
