using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Runner.Hooks;
using Stash.Runner.Logging;
using Stash.Runner.Run;

namespace Stash.Runner.Batches;

/// <summary>A member of a batch in one session.</summary>
internal sealed class Member
{
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly RecordView _record;
    private readonly BackupConfiguration _config;
    private readonly TargetLife _life;

    /// <summary>Nothing is done yet.</summary>
    public Member(
        IKubernetesClient client, RunSettings settings, TimeProvider time, ILogger log, ISessionRecord session, BackupConfiguration config)
    {
        (_time, _log, _config, Target) = (time, log, config, SessionHooks.TargetOf(config));
        _record = RecordView.OfMember(session, Target);
        _life = new TargetLife(client, settings, time, log, _record, config);
    }

    /// <summary>What it is known by in the session's status.</summary>
    public TargetReference Target { get; }

    /// <summary>Whether this attempt, or an earlier one, began it.</summary>
    public bool IsBegun => MemberStatus.Target(_record.Status, Target) is not null;

    /// <summary>Whether it was backed up, well or not, or skipped.</summary>
    public bool IsEnded => SessionStatus.IsEnded(MemberStatus.Target(_record.Status, Target)?.Phase);

    /// <summary>Whether there is nothing left to do: it failed for good or was skipped, or is saved and tidied up; and it is released.</summary>
    public bool IsOver => MemberStatus.Target(_record.Status, Target) is { } own && IsReleased && (own.Phase is Phase.Failed or Phase.Skipped
        || (own.Phase == Phase.Succeeded && _record.Status.Conditions!.Any(c => c.Type == SessionConditions.RetentionPolicyApplied)));

    private bool IsReleased => _config.Spec.Hooks?.PostBackup is null
        || HookRecord.IsDone(_record.Status, Target, SessionConditions.PostBackupHookExecutionSucceeded)
        || MemberStatus.Target(_record.Status, Target)?.Phase == Phase.Skipped;

    /// <summary>Backs it up and releases it; what went wrong is in its target's conditions.</summary>
    public async Task BackUpAsync(StepGuard guard, CancellationToken stop)
    {
        var failure = await _life.BackUpAsync(guard, stop) ?? _life.Unreleased;
        stop.ThrowIfCancellationRequested();
        await EndAsync(failure, stop);
    }

    /// <summary>Applies retention, where this attempt backed it up or found it backed up.</summary>
    public async Task RetainAsync(StepGuard guard, CancellationToken stop)
    {
        if (await _life.RetainAsync(guard) is { } failure)
        {
            await EndAsync(failure, stop);
        }
    }

    /// <summary>Runs its postBackup hook, where that is still to run.</summary>
    public Task ReleaseAsync(NamedFailure failure) => _life.ReleaseAsync(failure);

    private async Task EndAsync(NamedFailure? failure, CancellationToken stop)
    {
        if (failure is not null)
        {
            _log.BackupFailed($"{Target.Kind} {Target.Name}", failure.ToString());
        }

        await _record.WriteAsync(
            s => MemberStatus.End(failure is null ? s : SessionEnd.Tell(s, failure, Target, _time.Now()).FailRunningHooks(failure, _time.Now()), Target), stop);
    }
}
