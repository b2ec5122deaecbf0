using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Batches;

namespace Stash.Core.CronJobs;

/// <summary>What becomes of a BackupSession that a person made: a Job that runs it, or a reason why none will.</summary>
/// <param name="Session">The session.</param>
/// <param name="Job">batch/v1 Job to create; null where there is nothing to run.</param>
/// <param name="Refusal">Why it fails; null with a Job.</param>
public sealed record SessionRequest(BackupSession Session, JsonObject? Job, string? Refusal);

/// <summary>Finds the sessions that wait for a runner, and decides on each; pure.</summary>
public static class SessionRequests
{
    /// <summary>How long a config that is not ready is waited for: it may come in the same breath as the session.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>A request as old as this is not what anybody wants any more.</summary>
    private static readonly TimeSpan Stale = TimeSpan.FromHours(1);

    /// <summary>Decides. A session that a run made, or that a run took on, is none of these.</summary>
    /// <param name="sessions">Every session.</param>
    /// <param name="plans">Plans of every config.</param>
    /// <param name="jobs">Jobs of configs.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<SessionRequest> Decide(
        IReadOnlyList<BackupSession> sessions, IReadOnlyList<ConfigPlan> plans, IReadOnlyList<JsonObject> jobs, DateTimeOffset now) =>
        [.. sessions.Where(IsWaiting).Select(session => Decide(session, plans, jobs, now)).OfType<SessionRequest>()];

    /// <summary>Whether nobody has taken the session on yet.</summary>
    public static bool IsWaiting(BackupSession session) =>
        session.Status?.Phase is null or "" or "Pending"
        && session.Metadata is { Uid.Length: > 0, DeletionTimestamp: null }
        && session.Metadata.Labels?.ContainsKey(Labels.JobUid) != true
        && Invoker.TypeOf(session.Spec.Invoker?.Kind) is not null;

    private static SessionRequest? Decide(BackupSession session, IReadOnlyList<ConfigPlan> plans, IReadOnlyList<JsonObject> jobs, DateTimeOffset now)
    {
        var (ns, kind, name, job) = (session.Metadata.Namespace ?? "default", session.Spec.Invoker!.Kind, session.Spec.Invoker.Name ?? "", SessionJob.Name(session, SessionJob.Run));
        if (jobs.FirstOrDefault(one => Text(one, "namespace") == ns && Text(one, "name") == job) is { } made)
        {
            return IsFinished(made) ? new(session, null, $"Job {job} ended before it took the session on; kubectl -n {ns} describe job {job} tells more") : null;
        }

        var age = now - (session.Metadata.CreationTimestamp ?? now);
        if (age > Stale)
        {
            return new(session, null, "nobody took it on within an hour: make another");
        }

        if (plans.FirstOrDefault(plan => plan.Namespace == ns && plan.Kind == kind && plan.Name == name) is not { } config)
        {
            return new(session, null, $"there is no {kind} {name} in namespace {ns}");
        }

        var cronJob = config.Apply.FirstOrDefault(planned => (string?)planned.Body["kind"] == "CronJob")?.Body;
        return (cronJob, age > Patience) switch
        {
            (not null, _) => new(session, SessionJob.Build(session, SessionJob.Run, cronJob), null),
            (null, true) => new(session, null, $"{kind} {name} is {config.Phase}: {config.Trouble}"),
            _ => null,
        };
    }

    private static bool IsFinished(JsonObject job) => (job["status"]?["conditions"] as JsonArray ?? [])
        .Any(condition => (string?)condition!["type"] is "Complete" or "Failed" && (string?)condition["status"] == "True");

    private static string? Text(JsonObject json, string field) => (string?)json["metadata"]?[field];
}
