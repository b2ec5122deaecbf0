using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Validation;
using Stash.Runner.Run;

namespace Stash.Runner.Sync;

/// <summary>Closes sessions that are stuck in Running: their Job ended or is gone, so that nobody else ever will.</summary>
internal sealed class OrphanedSessions(IKubernetesClient client, TimeProvider time, ILogger log, bool dryRun)
{
    /// <summary>How many could not be closed.</summary>
    public int Failures { get; private set; }

    /// <summary>Closes them as Failed, with an Event; one that was ended meanwhile is left alone.</summary>
    public async Task CloseAsync(LiveState state, CancellationToken cancellationToken)
    {
        var active = state.Jobs.Where(job => !IsFinished(job)).Select(job => job.Uid()).ToHashSet(StringComparer.Ordinal);
        var sessions = state.Sessions.Select(Read).OfType<BackupSession>().ToList();
        foreach (var orphan in Rivals.Judge(new BackupSession(), sessions, active, time.GetUtcNow()).Orphans)
        {
            try
            {
                await CloseAsync(orphan, cancellationToken);
            }
            catch (KubernetesException refused)
            {
                Failures++;
                log.OrphanNotClosed(orphan.Metadata.Namespace ?? "", orphan.Metadata.Name ?? "", refused.Message);
            }
        }
    }

    private async Task CloseAsync(BackupSession listed, CancellationToken cancellationToken)
    {
        var (ns, name) = (listed.Metadata.Namespace ?? "", listed.Metadata.Name ?? "");
        // Read again: now that its Job is known to be over, what stands in the session is its runner's last word.
        var json = await client.FindAsync(ResourceTypes.BackupSessions, ns, name, cancellationToken);
        if (json is null || Read(json) is not { Status.Phase: Phase.Running } session || session.Metadata.Uid != listed.Metadata.Uid)
        {
            return;
        }

        log.OrphanClosed(ns, name, dryRun ? "would be closed as Failed" : "closed as Failed");
        if (dryRun)
        {
            return;
        }

        var failure = new NamedFailure(FailureCodes.RunnerGone, "the Job of this session ended or was deleted before the session did");
        var now = time.GetUtcNow();
        using var recorder = new SessionRecorder(client, session);
        await recorder.WriteAsync(
            status => SessionEnd.Fail(status, failure, null, session.Metadata.CreationTimestamp ?? now, now), cancellationToken);
        await new ConfigReport(client, time, log).WriteAsync(recorder, cancellationToken);
        var settings = new RunSettings
        {
            Config = session.Spec.Invoker?.Name ?? "", Namespace = ns, Identity = SyncApplier.FieldManager, CachePath = "",
        };
        await new Events(client, settings, time, log).WriteAsync(
            SessionLife.About(session), name, EventReasons.Failed, SessionEnd.Sentence(name, recorder.Status), cancellationToken);
    }

    private static bool IsFinished(JsonObject job) => job.ConditionStatus("Complete") == "True" || job.ConditionStatus("Failed") == "True";

    private static BackupSession? Read(JsonObject json) => ObjectReader.Read(json, StashJson.Default.BackupSession).Value;
}
