using Stash.Core.Signals;

namespace Stash.Core.Restic;

/// <summary>What <c>restic init</c> did.</summary>
/// <param name="WasMade">False where another had made the repository in the meantime.</param>
public sealed record InitResult(bool WasMade);

public sealed partial class ResticClient
{
    /// <summary>
    /// <c>restic init</c>. A repository that is already there is no failure. Two that initialise one place at the same moment would
    /// leave keys that do not fit its config (seen with 0.14 on local storage): callers see to it that only one does.
    /// </summary>
    public async Task<ResticEnd<InitResult>> InitAsync(CancellationToken cancellationToken)
    {
        var listener = new ResticListener(time);
        var exit = await RunAsync(["init", "--json"], listener, cancellationToken);
        var failure = FailureOf(exit, listener);
        if (failure is { Outcome: Outcome.Interrupted } or null)
        {
            return new(failure is null ? new InitResult(WasMade: true) : null, failure);
        }

        var isThere = listener.Words.Append(listener.ExitError?.Message ?? "").Any(line =>
            line.Contains("config file already exists", StringComparison.Ordinal) || line.Contains("already initialized", StringComparison.Ordinal));
        return isThere ? new(new InitResult(WasMade: false), null) : new(null, failure);
    }
}
