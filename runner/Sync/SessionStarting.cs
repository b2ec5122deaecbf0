using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Runner.Run;

namespace Stash.Runner.Sync;

/// <summary>Makes the Job of a session that sync wants to have run or released.</summary>
internal sealed class SessionStarting(IKubernetesClient client, ILogger log, bool dryRun)
{
    /// <summary>How many could not be started for a refusal of the API's.</summary>
    public int Failures { get; private set; }

    /// <summary>Makes it; one that is there already was made by another sync.</summary>
    public async Task StartAsync(BackupSession session, JsonObject job, CancellationToken cancellationToken)
    {
        var (ns, name) = (session.Metadata.Namespace ?? "default", session.Metadata.Name ?? "");
        log.SessionStarted(ns, name, dryRun ? "would be started" : "started", job.Name());
        if (dryRun)
        {
            return;
        }

        try
        {
            await client.CreateAsync(ResourceTypes.Jobs, ns, job, null, cancellationToken);
        }
        catch (KubernetesException there) when (there.StatusCode == HttpStatusCode.Conflict)
        {
            // Another sync was faster.
        }
        catch (KubernetesException refused)
        {
            Failures++;
            log.SessionNotStarted(ns, name, refused.Message);
        }
    }
}
