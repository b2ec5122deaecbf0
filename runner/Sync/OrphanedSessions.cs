using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Validation;
using Stash.Runner.Run;

namespace Stash.Runner.Sync;

/// <summary>Closes sessions that are stuck: their Job ended or is gone, so that nobody else ever will.</summary>
internal sealed class OrphanedSessions(SessionClosing closing, TimeProvider time)
{
    private static readonly NamedFailure Gone = new(FailureCodes.RunnerGone, "the Job of this session ended or was deleted before the session did");

    /// <summary>Closes them as Failed, with an Event; one that was ended meanwhile is left alone.</summary>
    public async Task CloseAsync(LiveState state, CancellationToken cancellationToken)
    {
        var active = state.Jobs.Where(job => !IsFinished(job)).Select(job => job.Uid()).ToHashSet(StringComparer.Ordinal);
        var sessions = state.Sessions.Select(Read).OfType<BackupSession>().ToList();
        foreach (var orphan in Rivals.Judge(new BackupSession(), sessions, active, time.GetUtcNow()).Orphans)
        {
            await closing.CloseAsync(orphan, session => session.Status?.Phase == Phase.Running || (Rivals.IsTakenOn(session) && !SessionStatus.IsEnded(session.Status?.Phase)), Gone, cancellationToken);
        }
    }

    private static bool IsFinished(JsonObject job) => job.ConditionStatus("Complete") == "True" || job.ConditionStatus("Failed") == "True";

    private static BackupSession? Read(JsonObject json) => ObjectReader.Read(json, StashJson.Default.BackupSession).Value;
}
