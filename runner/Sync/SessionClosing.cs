using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Validation;
using Stash.Runner.Run;

namespace Stash.Runner.Sync;

/// <summary>Ends a session as Failed that no runner will end, with an Event; one that somebody moved on meanwhile is left alone.</summary>
internal sealed class SessionClosing(IKubernetesClient client, TimeProvider time, ILogger log, bool dryRun)
{
    /// <summary>How many could not be closed.</summary>
    public int Failures { get; private set; }

    /// <summary>Closes it.</summary>
    /// <param name="listed">The session as it was listed.</param>
    /// <param name="still">Whether it is still to be closed, asked of the session as it stands now.</param>
    /// <param name="failure">Why it failed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task CloseAsync(BackupSession listed, Func<BackupSession, bool> still, NamedFailure failure, CancellationToken cancellationToken)
    {
        var (ns, name) = (listed.Metadata.Namespace ?? "", listed.Metadata.Name ?? "");
        try
        {
            // Read again: what stands in the session now is its runner's last word.
            var json = await client.FindAsync(ResourceTypes.BackupSessions, ns, name, cancellationToken);
            if (json is null
                || ObjectReader.Read(json, StashJson.Default.BackupSession).Value is not { } session
                || session.Metadata.Uid != listed.Metadata.Uid
                || !still(session))
            {
                return;
            }

            log.OrphanClosed(ns, name, dryRun ? "would be closed as Failed" : "closed as Failed", failure.Message);
            if (!dryRun)
            {
                await EndAsync(session, failure, cancellationToken);
            }
        }
        catch (KubernetesException refused)
        {
            Failures++;
            log.OrphanNotClosed(ns, name, refused.Message);
        }
    }

    private async Task EndAsync(BackupSession session, NamedFailure failure, CancellationToken cancellationToken)
    {
        var (ns, name, now) = (session.Metadata.Namespace ?? "", session.Metadata.Name ?? "", time.GetUtcNow());
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
}
