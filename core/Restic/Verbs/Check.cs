using Stash.Core.Signals;

namespace Stash.Core.Restic;

/// <summary>A repository in which <c>restic check</c> found nothing wrong.</summary>
public sealed record CheckResult;

public sealed partial class ResticClient
{
    /// <summary><c>restic check</c>; what it finds is a failure <see cref="Outcome.RepositoryDamaged"/>.</summary>
    public async Task<ResticEnd<CheckResult>> CheckAsync(CheckOrder order, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(order);
        var listener = new ResticListener(time);
        List<string> arguments = ["check", "--json"];
        arguments.AddRange(order.ReadDataSubset is { Length: > 0 } subset ? ["--read-data-subset", subset] : []);
        var exit = await RunAsync(arguments, listener, cancellationToken);
        return FailureOf(exit, listener) is { } failure ? new(null, failure) : new(new CheckResult(), null);
    }
}
