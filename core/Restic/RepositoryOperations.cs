using Stash.Core.Signals;

namespace Stash.Core.Restic;

/// <summary>Where restic is, and where its secrets, cache and scratch files are.</summary>
/// <param name="ResticPath">The program; default <c>restic</c> on PATH.</param>
/// <param name="SecretPath">Folder with one file for each key of the repository's Secret; read anew at every operation.</param>
/// <param name="CachePath">Folder for restic's cache and temporary files.</param>
public sealed record ResticSurroundings(string ResticPath, string SecretPath, string CachePath);

/// <summary>Carries out a <see cref="SignalRequest"/> with restic. Used by the sidecar, and by the runner for what it does in its own pod.</summary>
public sealed class RepositoryOperations(ResticSurroundings surroundings, TimeProvider time)
{
    /// <summary>Runs one operation to its end. Never throws for what restic or the repository does: every end is an <see cref="Outcome"/>.</summary>
    /// <param name="request">What to do.</param>
    /// <param name="report">Gets progress and log lines as they come.</param>
    /// <param name="cancellationToken">Interrupts restic (SIGINT, so that no lock stays) and ends as <see cref="Outcome.Interrupted"/>.</param>
    public Task<SignalResult> RunAsync(SignalRequest request, Func<SignalLine, ValueTask> report, CancellationToken cancellationToken)
    {
        _ = (surroundings, time);
        throw new NotImplementedException();
    }
}
