using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Core.Kubernetes;
using Stash.Core.Validation;
using Stash.Runner.Hooks;
using Stash.Runner.Logging;
using Stash.Runner.Run;

namespace Stash.Runner.Batches;

/// <summary>
/// The work of a BackupBatch's session: its own hooks around all members, side by side or in their order. A member's failure is told in its
/// target's conditions and keeps no other from its backup.
/// </summary>
internal sealed class BatchWork : ISessionWork
{
    private readonly IKubernetesClient _client;
    private readonly RunSettings _settings;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ISessionRecord _record;
    private readonly Invoker _batch;
    private readonly IReadOnlyList<Member> _members;
    private readonly SessionHooks _hooks;

    /// <summary>Nothing is done yet.</summary>
    public BatchWork(IKubernetesClient client, RunSettings settings, TimeProvider time, ILogger log, ISessionRecord record, Invoker batch)
    {
        (_client, _settings, _time, _log, _record, _batch) = (client, settings, time, log, record, batch);
        _hooks = new SessionHooks(client, settings, time, log, RecordView.OfHooks(record));
        _members = [.. batch.Members.Select(config => new Member(client, settings, time, log, record, config))];
    }

    /// <inheritdoc/>
    public async Task<NamedFailure?> RunAsync(StepGuard guard, CancellationToken stop)
    {
        if (BackupBatchValidator.ValidateTogether(_batch.Batch!).Faults is [_, ..] faults)
        {
            return new NamedFailure(FailureCodes.ConfigInvalid, string.Join("; ", faults));
        }

        var blocked = Released() ?? await guard.RunAsync(token => _hooks.PreAsync(_batch.Whole, [], token));
        if (blocked is null)
        {
            await BackUpAsync(guard, stop);
        }
        else
        {
            await SkipAsync(blocked, stop);
        }

        stop.ThrowIfCancellationRequested();
        var failure = blocked ?? HookRecord.BackupFailure(_record.Status);
        var unreleased = await guard.RunAsync(_ => _hooks.PostAsync(_batch.Whole, failure, []));
        foreach (var member in _members)
        {
            stop.ThrowIfCancellationRequested();
            await member.RetainAsync(guard, stop);
        }

        return blocked ?? unreleased;
    }

    /// <inheritdoc/>
    public async Task ReleaseAsync(StepGuard guard, NamedFailure failure)
    {
        foreach (var member in _members.Where(one => one.IsBegun))
        {
            await ReleaseAsync(guard, () => member.ReleaseAsync(failure));
        }

        await ReleaseAsync(guard, () => _hooks.PostAsync(_batch.Whole, failure, []));
    }

    private async Task ReleaseAsync(StepGuard guard, Func<Task> release)
    {
        if (await guard.RunAsync(_ => release()) is { } unreleased)
        {
            _log.HookFailed("postBackup", unreleased.ToString());
        }
    }

    /// <summary>An earlier attempt began to release all members: those that were not backed up by then are not backed up any more.</summary>
    private NamedFailure? Released() =>
        _members.All(member => member.IsEnded) || _record.Status.Conditions?.Any(c => c.Type == SessionConditions.GlobalPostBackupHookSucceeded) != true
            ? null
            : HookRecord.BackupFailure(_record.Status) ?? new NamedFailure(FailureCodes.RunnerGone, "an earlier attempt had run the postBackup hook already");

    /// <summary>One after another until the repository exists: two that make the same one at once would be in each other's way.</summary>
    private async Task BackUpAsync(StepGuard guard, CancellationToken stop)
    {
        var left = new Queue<Member>(_members.Where(member => !member.IsOver));
        var sequential = _batch.Batch!.Spec.ExecutionOrder == ExecutionOrders.Sequential;
        while (left.Count > 0 && (sequential || !await ExistsAsync(guard)))
        {
            await left.Dequeue().BackUpAsync(guard, stop);
            stop.ThrowIfCancellationRequested();
        }

        var options = new ParallelOptions { MaxDegreeOfParallelism = _settings.Limits.Parallel, CancellationToken = stop };
        await Parallel.ForEachAsync(left, options, async (member, _) => await member.BackUpAsync(guard, stop));
    }

    /// <summary>Whether the repository was ever backed up to. What keeps this from being known is each member's own trouble, and told there.</summary>
    private async Task<bool> ExistsAsync(StepGuard guard)
    {
        var exists = true;
        var reference = _batch.Whole.Spec.Repositories is [{ } first, ..] ? first : new RepositoryReference();
        var ns = string.IsNullOrEmpty(reference.Namespace) ? _settings.Namespace : reference.Namespace;
        var unknown = await guard.RunAsync(async token =>
        {
            var repository = await _client.FindAsync(ResourceTypes.Repositories, ns, reference.Name ?? "", token);
            exists = repository is null || repository.Text("status", "firstBackupTime") is not null;
        });
        return exists || unknown is not null;
    }

    private async Task SkipAsync(NamedFailure why, CancellationToken stop)
    {
        foreach (var member in _members.Where(one => !one.IsBegun))
        {
            await _record.WriteAsync(s => MemberStatus.Skip(s, member.Target, why.Code, why.Message, _time.Now()), stop);
        }
    }
}
