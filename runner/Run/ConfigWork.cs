using Microsoft.Extensions.Logging;
using Stash.Runner.Logging;

namespace Stash.Runner.Run;

/// <summary>The work of a BackupConfiguration's session: its one target's.</summary>
internal sealed class ConfigWork(TargetLife target, ILogger log) : ISessionWork
{
    /// <inheritdoc/>
    public async Task<NamedFailure?> RunAsync(StepGuard guard, CancellationToken stop)
    {
        var failure = await target.BackUpAsync(guard, stop);
        stop.ThrowIfCancellationRequested();
        return failure ?? await target.RetainAsync(guard) ?? target.Unreleased;
    }

    /// <inheritdoc/>
    public async Task ReleaseAsync(StepGuard guard, NamedFailure failure)
    {
        if (await guard.RunAsync(_ => target.ReleaseAsync(failure)) is { } unreleased)
        {
            log.HookFailed("postBackup", unreleased.ToString());
        }
    }
}
