using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Core.CronJobs;
using Stash.Core.Validation;
using Stash.Runner.Hooks;
using Stash.Runner.Run;

namespace Stash.Runner.Sync;

/// <summary>
/// Closes sessions that are stuck: their Job ended or is gone, so that nobody else ever will. Sync may run no hook: where one is still to
/// release the application, a Job of the config's own does that and ends the session, once; whatever becomes of that Job, the session is
/// closed after it.
/// </summary>
internal sealed class OrphanedSessions(SessionStarting starting, SessionClosing closing, TimeProvider time)
{
    private static readonly NamedFailure Gone = new(FailureCodes.RunnerGone, "the Job of this session ended or was deleted before the session did");

    /// <summary>Has them released, or closes them as Failed, with an Event; one that was ended meanwhile is left alone.</summary>
    public async Task CloseAsync(LiveState state, IReadOnlyList<ConfigPlan> plans, CancellationToken cancellationToken)
    {
        var active = state.Jobs.Where(job => !IsFinished(job)).Select(job => job.Uid()).ToHashSet(StringComparer.Ordinal);
        var sessions = state.Sessions.Select(Read).OfType<BackupSession>().ToList();
        foreach (var orphan in Rivals.Judge(new BackupSession(), sessions, active, time.GetUtcNow()).Orphans)
        {
            var release = ReleaseOf(orphan, state, plans);
            if (release is null || IsFinished(release))
            {
                await closing.CloseAsync(orphan, IsStillOpen, Gone, cancellationToken);
            }
            else if (release["status"] is null)
            {
                await starting.StartAsync(orphan, release, cancellationToken);
            }
        }
    }

    /// <summary>The Job that releases the session, as it is or as it is to be made; null where there is nothing to release, or nothing to do it by.</summary>
    private static JsonObject? ReleaseOf(BackupSession orphan, LiveState state, IReadOnlyList<ConfigPlan> plans)
    {
        var (ns, kind, name) = (orphan.Metadata.Namespace, orphan.Spec.Invoker?.Kind, orphan.Spec.Invoker?.Name);
        var config = state.Input.Configs.FirstOrDefault(one => one.Text("kind") == kind && one.Text("metadata", "namespace") == ns && one.Name() == name);
        if (config is null || !HookRecord.NeedsRelease(orphan, Invoker.Read(config).Value))
        {
            return null;
        }

        var job = SessionJob.Name(orphan, SessionJob.Release);
        if (state.Jobs.FirstOrDefault(one => one.Text("metadata", "namespace") == ns && one.Name() == job) is { } made)
        {
            made["status"] ??= new JsonObject();
            return made;
        }

        var cronJob = plans.FirstOrDefault(plan => plan.Namespace == ns && plan.Kind == kind && plan.Name == name)?.Apply.Select(planned => planned.Body)
            .FirstOrDefault(body => body.Text("kind") == "CronJob");
        return cronJob is null ? null : SessionJob.Build(orphan, SessionJob.Release, cronJob);
    }

    private static bool IsStillOpen(BackupSession session) =>
        session.Status?.Phase == Phase.Running || (Rivals.IsTakenOn(session) && !SessionStatus.IsEnded(session.Status?.Phase));

    private static bool IsFinished(JsonObject job) => job.ConditionStatus("Complete") == "True" || job.ConditionStatus("Failed") == "True";

    private static BackupSession? Read(JsonObject json) => ObjectReader.Read(json, StashJson.Default.BackupSession).Value;
}
