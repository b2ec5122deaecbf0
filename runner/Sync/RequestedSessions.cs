using Stash.Core.Api;
using Stash.Core.CronJobs;
using Stash.Core.Validation;
using Stash.Runner.Run;

namespace Stash.Runner.Sync;

/// <summary>Starts the sessions that people made, each by a Job; a session that cannot be run is closed and says why.</summary>
internal sealed class RequestedSessions(SessionStarting starting, SessionClosing closing, TimeProvider time)
{
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
                await starting.StartAsync(request.Session, request.Job, cancellationToken);
            }
        }
    }
}
