namespace Stash.Runner.Run;

/// <summary>What a session does between its beginning and its end.</summary>
internal interface ISessionWork
{
    /// <summary>Backs up, releases and tidies the repository, in this order.</summary>
    /// <param name="guard">Names what stops a step.</param>
    /// <param name="stop">The process is told to stop.</param>
    /// <returns>The session's failure beside what the status tells of hosts, hooks and members; null where there is none.</returns>
    Task<NamedFailure?> RunAsync(StepGuard guard, CancellationToken stop);

    /// <summary>Runs the postBackup hooks that are still to run, of what nobody will back up any more.</summary>
    Task ReleaseAsync(StepGuard guard, NamedFailure failure);
}
