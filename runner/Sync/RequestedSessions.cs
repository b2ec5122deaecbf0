using System.Net;
using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.CronJobs;
using Stash.Core.Kubernetes;
using Stash.Core.Validation;
using Stash.Runner.Logging;
using Stash.Runner.Run;

namespace Stash.Runner.Sync;

/// <summary>Starts the sessions that people made, each by a Job; a session that cannot be run is closed and says why.</summary>
internal sealed class RequestedSessions(IKubernetesClient client, SessionClosing closing, TimeProvider time, ILogger log, bool dryRun)
{
    /// <summary>How many could not be started for a refusal of the API's.</summary>
    public int Failures { get; private set; }

    /// <summary>Starts or closes them.</summary>
    public async Task StartAsync(LiveState state, IReadOnlyList<ConfigPlan> plans, CancellationToken cancellationToken)
    {
        var sessions = state.Sessions.Select(json => ObjectReader.Read(json, StashJson.Default.BackupSession).Value).OfType<BackupSession>().ToList();
        foreach (var request in SessionRequests.Decide(sessions, plans, state.Jobs, time.GetUtcNow()))
        {
            if (request.Job is null)
            {
                await closing.CloseAsync(
                    request.Session, SessionRequests.IsWaiting, new NamedFailure(FailureCodes.NotStarted, request.Refusal!), cancellationToken);
            }
            else
            {
                await StartAsync(request, cancellationToken);
            }
        }
    }

    private async Task StartAsync(SessionRequest request, CancellationToken cancellationToken)
    {
        var (ns, name) = (request.Session.Metadata.Namespace ?? "default", request.Session.Metadata.Name ?? "");
        log.SessionStarted(ns, name, dryRun ? "would be started" : "started", request.Job!.Name());
        if (dryRun)
        {
            return;
        }

        try
        {
            await client.CreateAsync(ResourceTypes.Jobs, ns, request.Job!, null, cancellationToken);
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
