namespace Stash.Core.Restic;

/// <summary>Stale locks are gone.</summary>
public sealed record UnlockResult;

public sealed partial class ResticClient
{
    /// <summary>Plain <c>restic unlock</c>: removes stale locks only, never <c>--remove-all</c>, which would take live ones too.</summary>
    public async Task<ResticEnd<UnlockResult>> UnlockAsync(CancellationToken cancellationToken)
    {
        var listener = new ResticListener(time);
        var exit = await RunAsync(["unlock", "--json"], listener, cancellationToken);
        return FailureOf(exit, listener) is { } failure ? new(null, failure) : new(new UnlockResult(), null);
    }
}
