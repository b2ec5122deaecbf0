using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Runner.Hooks;

namespace Stash.Runner.Run;

/// <summary>What a session does with one target: of a config all that it does, of a batch a member's part.</summary>
internal sealed class TargetLife
{
    private readonly TimeProvider _time;
    private readonly ISessionRecord _record;
    private readonly BackupConfiguration _config;
    private readonly SessionHooks _hooks;
    private readonly SessionSteps _steps;

    /// <summary>Nothing is done yet.</summary>
    public TargetLife(
        IKubernetesClient client, RunSettings settings, TimeProvider time, ILogger log, ISessionRecord record, BackupConfiguration config)
    {
        (_time, _record, _config) = (time, record, config);
        _hooks = new SessionHooks(client, settings, time, log, record);
        _steps = new SessionSteps(client, settings, time, log, record, _hooks);
    }

    /// <summary>Why the postBackup hook could not be run to its end; null where it was, or was not due.</summary>
    public NamedFailure? Unreleased { get; private set; }

    /// <summary>Backs up and releases.</summary>
    /// <returns>The target's failure beside those of its hosts and hooks, which are in the status; null where there is none.</returns>
    public async Task<NamedFailure?> BackUpAsync(StepGuard guard, CancellationToken stop)
    {
        var failure = await guard.RunAsync(token => _steps.BackUpAsync(_config, token));
        if (failure is not null && _config.Spec.Hooks?.PostBackup is not null)
        {
            // Before the hook, so that another attempt knows why nothing more is to be backed up.
            await _record.WriteAsync(s => SessionEnd.Tell(s, failure, _config.Spec.Target?.Ref, _time.Now()), stop);
        }

        Unreleased = await guard.RunAsync(_ => _hooks.PostAsync(_config, failure, _steps.Pods));
        return failure;
    }

    /// <summary>Applies retention, where something was saved.</summary>
    /// <returns>Why it could not be applied; null where it was, or was not due.</returns>
    public Task<NamedFailure?> RetainAsync(StepGuard guard) => guard.RunAsync(_steps.RetainAsync);

    /// <summary>Runs the postBackup hook of a target that nobody will back up any more, unless it ran already.</summary>
    public Task ReleaseAsync(NamedFailure failure) => _hooks.PostAsync(_config, failure, _steps.Pods);
}
