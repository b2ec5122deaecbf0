using Stash.Core.Api;
using Stash.Core.Signals;
using Stash.Runner.Run;

namespace Stash.Runner.Waking;

/// <summary>When the snapshots of a custom sidecar are its own to forget; pure.</summary>
internal static class CustomRetention
{
    /// <summary>Reason of the condition.</summary>
    public const string Reason = "LeftToSidecar";

    /// <summary>The repository can be reached from the sidecar alone, which need not carry the runner.</summary>
    public const string OnItsVolume =
        "the repository is on a volume of the pods, which this runner does not mount: the Function itself has to forget, by the variables RETENTION_*";

    /// <summary>The sidecar told of no snapshot, and there is no repository of restic's.</summary>
    public const string NotRestics =
        "there is no restic repository where the Repository says: the Function itself has to forget what it saved, by the variables RETENTION_*";

    /// <summary>Whether nobody but the sidecar can apply the policy.</summary>
    public static bool IsItsOwn(Inputs inputs) => inputs.IsWokenByItself && inputs.Repository.Spec.Backend?.Local is not null;

    /// <summary>Whether retention found no repository because the sidecar makes none: what it saves need not be restic's.</summary>
    public static bool FoundNoRepository(Inputs inputs, IReadOnlyList<HostStats> stats, RetentionResult result) =>
        inputs.IsWokenByItself
        && (result.Forget ?? result.Stats).Outcome == Outcome.RepositoryNotFound
        && stats.All(host => host.Snapshots is not { Count: > 0 });

    /// <summary>The condition.</summary>
    public static Condition LeftToSidecar(string why, DateTimeOffset now) =>
        SessionConditions.True(SessionConditions.RetentionPolicyApplied, Reason, why, now);
}
