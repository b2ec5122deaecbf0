using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Core.Kubernetes;
using Stash.Runner.Logging;

namespace Stash.Runner.Run;

/// <summary>One run of a config: opens its session, brings it to its end whatever happens, tells people, and answers with an exit code.</summary>
internal sealed class BackupRun(IKubernetesClient client, RunSettings settings, TimeProvider time, ILogger log)
{
    private readonly Sessions _sessions = new(client, settings, time);
    private readonly Events _events = new(client, settings, time, log);

    /// <summary>Runs.</summary>
    /// <param name="stop">SIGTERM: the session is left to the Job's next attempt, or closed where there will be none.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    public async Task<int> RunAsync(CancellationToken stop)
    {
        try
        {
            return await SessionAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            log.Stopped();
            return ExitCodes.TryAgain;
        }
        catch (KubernetesException unreachable) when (ApiErrors.IsUnreachable(unreachable))
        {
            log.ApiUnreachable(unreachable.Message);
            return ExitCodes.TryAgain;
        }
        catch (KubernetesException refused)
        {
            log.RunFailed(new NamedFailure(FailureCodes.ApiRefused, refused.Message).ToString());
            return ExitCodes.FailedForGood;
        }
        catch (RunFailureException failure)
        {
            log.RunFailed(failure.Failure.ToString());
            return ExitCodes.FailedForGood;
        }
        catch (Exception fault)
        {
            log.Fault(fault);
            return ExitCodes.TryAgain;
        }
    }

    private async Task<int> SessionAsync(CancellationToken stop)
    {
        var config = await client.FindAsync(Invoker.TypeOf(settings.Kind)!, settings.Namespace, settings.Config, stop)
            ?? throw new RunFailureException(
                FailureCodes.ConfigInvalid, $"there is no {settings.Kind} {settings.Config} in namespace {settings.Namespace}");
        config["apiVersion"] ??= Invoker.TypeOf(settings.Kind)!.ApiVersion;
        config["kind"] ??= settings.Kind;
        if (settings.Release is { } orphan)
        {
            return await ReleaseAsync(orphan, config, stop);
        }

        using var recorder = new SessionRecorder(client, await _sessions.OpenAsync(config, stop));
        if (!SessionStatus.IsEnded(recorder.Status.Phase))
        {
            await new SessionLife(client, settings, time, log, recorder, _sessions, _events).LiveAsync(config, stop);
        }

        using var brief = new CancellationTokenSource(settings.Limits.LastWords, time);
        await TellAsync(config, recorder, stop.IsCancellationRequested ? brief.Token : stop);
        return recorder.Status.Phase is Phase.Succeeded or Phase.Skipped ? ExitCodes.Done : ExitCodes.FailedForGood;
    }

    /// <summary>Ends a session that has no runner any more; one that ended meanwhile is left alone.</summary>
    private async Task<int> ReleaseAsync(string name, JsonObject config, CancellationToken stop)
    {
        var all = await _sessions.OfConfigAsync(stop);
        var named = all.FirstOrDefault(s => s.Metadata.Name == name)
            ?? throw new RunFailureException(FailureCodes.ConfigInvalid, $"{settings.Kind} {settings.Config} has no BackupSession {name}");
        if (SessionStatus.IsEnded(named.Status?.Phase))
        {
            return ExitCodes.Done;
        }

        if (!Rivals.Judge(_sessions.Self, all, await _sessions.ActiveJobsAsync(stop), time.Now()).Orphans.Contains(named))
        {
            throw new RunFailureException(FailureCodes.ConfigInvalid, $"BackupSession {name} is alive, or was not begun: there is nothing to release");
        }

        var closing = new OrphanClosing(client, settings, time, log, _sessions, _events);
        return await closing.TryCloseAsync(named, config, stop) ? ExitCodes.Done : ExitCodes.TryAgain;
    }

    /// <summary>The config's status, Events and history come after the end, so that they are made up for by a second attempt that finds the session ended.</summary>
    private async Task TellAsync(JsonObject config, SessionRecorder recorder, CancellationToken cancellationToken)
    {
        await new ConfigReport(client, time, log).WriteAsync(recorder, cancellationToken);
        var status = recorder.Status;
        var sentence = SessionEnd.Sentence(recorder.Name, status);
        await _events.WriteAsync(config, recorder.Name, SessionEnd.Reason(status), sentence, cancellationToken);
        await _events.WriteAsync(SessionLife.About(recorder.Session), recorder.Name, SessionEnd.Reason(status), sentence, cancellationToken);
        if (status.Phase == Phase.Failed)
        {
            log.SessionFailed(sentence);
        }
        else
        {
            log.SessionEnded(sentence);
        }

        var limit = config.Number("spec", "backupHistoryLimit");
        var surplus = History.Surplus(await _sessions.OfConfigAsync(cancellationToken), (int?)limit);
        if (surplus.Count > 0)
        {
            await recorder.WriteAsync(
                s => s.With(SessionConditions.True(
                    SessionConditions.BackupHistoryCleaned, "Trimmed", "sessions beyond backupHistoryLimit are deleted", time.Now())),
                cancellationToken);
            await History.DeleteAsync(client, settings.Namespace, surplus, cancellationToken);
        }
    }
}
