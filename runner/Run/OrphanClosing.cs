using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Core.Kubernetes;
using Stash.Runner.Hooks;
using Stash.Runner.Logging;

namespace Stash.Runner.Run;

/// <summary>
/// Ends sessions of a config whose runner is gone. What such a session's preBackup hook locked is released first, by one Job only: it takes
/// the session on before it runs the hook, so that no hook of an old session comes in the middle of a new one.
/// </summary>
internal sealed class OrphanClosing(
    IKubernetesClient client, RunSettings settings, TimeProvider time, ILogger log, Sessions sessions, Events events)
{
    private const int MostLooks = 5;

    /// <summary>Closes every session of the config that nobody runs any more.</summary>
    /// <param name="own">The session of this run.</param>
    /// <param name="configJson">The config as it is now.</param>
    /// <param name="stop">Gives up between two sessions.</param>
    /// <returns>A session that is alive, and for which this one is to be skipped; null when there is none.</returns>
    public async Task<BackupSession?> CloseAsync(BackupSession own, JsonObject configJson, CancellationToken stop)
    {
        for (var look = 1; ; look++)
        {
            var verdict = Rivals.Judge(own, await sessions.OfConfigAsync(stop), await sessions.ActiveJobsAsync(stop), time.Now());
            var meanwhile = false;
            foreach (var orphan in verdict.Orphans)
            {
                meanwhile |= !await TryCloseAsync(orphan, configJson, stop);
            }

            if (!meanwhile || look == MostLooks)
            {
                return verdict.Alive ?? (meanwhile ? verdict.Orphans[0] : null);
            }
        }
    }

    /// <summary>Releases and closes one.</summary>
    /// <returns>False when somebody else took it on, or moved it, meanwhile.</returns>
    public async Task<bool> TryCloseAsync(BackupSession orphan, JsonObject configJson, CancellationToken stop)
    {
        var failure = new NamedFailure(FailureCodes.RunnerGone, "the Job of this session ended or was deleted before the session did");
        using var other = new SessionRecorder(client, orphan);
        if (Invoker.Read(configJson).Value is { } invoker && HookRecord.NeedsRelease(orphan, invoker))
        {
            if (!await TryTakeOnAsync(orphan, stop))
            {
                return false;
            }

            var guard = new StepGuard(other, log, CancellationToken.None, stop);
            await SessionLife.WorkOf(invoker, client, settings, time, log, other).ReleaseAsync(guard, failure);
        }

        log.OrphanClosed(other.Name);
        await other.WriteAsync(s => SessionEnd.Fail(s, failure, null, orphan.Metadata.CreationTimestamp ?? time.Now(), time.Now()), stop);
        await new ConfigReport(client, time, log).WriteAsync(other, stop);
        await events.WriteAsync(SessionLife.About(orphan), other.Name, EventReasons.Failed, SessionEnd.Sentence(other.Name, other.Status), stop);
        return true;
    }

    /// <summary>Only as it was read: of two that would release a session, one meets a conflict.</summary>
    private async Task<bool> TryTakeOnAsync(BackupSession orphan, CancellationToken stop)
    {
        var labels = new JsonObject { [Labels.ReleasedBy] = settings.JobUid };
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["resourceVersion"] = orphan.Metadata.ResourceVersion, ["labels"] = labels } };
        try
        {
            await client.MergePatchAsync(ResourceTypes.BackupSessions, settings.Namespace, orphan.Metadata.Name ?? "", patch, null, stop);
            return true;
        }
        catch (KubernetesException meanwhile) when (meanwhile.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.NotFound)
        {
            return false;
        }
    }
}
