using System.Globalization;
using Stash.Core.Api;
using Stash.Core.Signals;

namespace Stash.Core.Restic;

public sealed partial class ResticClient
{
    /// <summary><c>restic forget</c>, with <c>--prune</c> where the policy says so.</summary>
    public async Task<ResticEnd<ForgetSummary>> ForgetAsync(ForgetOrder order, CancellationToken cancellationToken)
    {
        var listener = new ResticListener(time);
        var counter = new ForgetCounter();
        var exit = await RunAsync(ForgetArguments(order), listener, output => counter.ReadAsync(output, CancellationToken.None), cancellationToken);
        return FailureOf(exit, listener) is { } failure
            ? new(null, failure)
            : counter.IsCut
                ? new(null, new ResticFailure(Outcome.Failed, "restic ended well but its list of snapshots could not be understood.", Retryable: false))
                : new(new ForgetSummary { Kept = counter.Kept, Removed = counter.Removed }, null);
    }

    /// <summary>
    /// The arguments of <c>restic forget</c>; pure. Grouped by host alone: every snapshot has a tag of its session, so that grouping by
    /// tags would make each a group of its own and keep all; grouping by paths would keep the last of every list of paths for ever.
    /// </summary>
    public static IReadOnlyList<string> ForgetArguments(ForgetOrder order)
    {
        ArgumentNullException.ThrowIfNull(order);
        var arguments = new List<string> { "forget", "--json", "--group-by", "host", "--tag", order.Tag };
        foreach (var host in order.Hosts)
        {
            arguments.AddRange(["--host", host]);
        }

        var policy = order.Policy;
        AddKeep("--keep-last", policy.KeepLast);
        AddKeep("--keep-hourly", policy.KeepHourly);
        AddKeep("--keep-daily", policy.KeepDaily);
        AddKeep("--keep-weekly", policy.KeepWeekly);
        AddKeep("--keep-monthly", policy.KeepMonthly);
        AddKeep("--keep-yearly", policy.KeepYearly);
        if (policy.KeepTags is { Count: > 0 } tags)
        {
            arguments.AddRange(["--keep-tag", string.Join(',', tags)]);
        }

        if (policy.Prune == true)
        {
            arguments.Add("--prune");
        }

        if (policy.DryRun == true)
        {
            arguments.Add("--dry-run");
        }

        return arguments;

        void AddKeep(string option, int? count)
        {
            if (count is > 0)
            {
                arguments.AddRange([option, count.Value.ToString(CultureInfo.InvariantCulture)]);
            }
        }
    }

    /// <summary>Whether a policy keeps anything; one that does not would remove every snapshot.</summary>
    public static bool KeepsAnything(RetentionPolicy policy) =>
        policy is { KeepLast: > 0 } or { KeepHourly: > 0 } or { KeepDaily: > 0 } or { KeepWeekly: > 0 } or { KeepMonthly: > 0 } or { KeepYearly: > 0 }
            or { KeepTags.Count: > 0 };
}
