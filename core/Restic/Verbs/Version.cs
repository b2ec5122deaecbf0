namespace Stash.Core.Restic;

public sealed partial class ResticClient
{
    /// <summary><c>restic version</c>: for example <c>0.14.0</c>; needs no repository.</summary>
    public async Task<ResticEnd<string>> VersionAsync(CancellationToken cancellationToken)
    {
        var listener = new ResticListener(time) { KeepOutputText = true };
        var exit = await RunAsync(["version"], listener, cancellationToken);
        if (FailureOf(exit, listener) is { } failure)
        {
            return new(null, failure);
        }

        var words = listener.Words.FirstOrDefault(line => line.StartsWith("restic ", StringComparison.Ordinal))?.Split(' ');
        return new(words is { Length: > 1 } ? words[1] : "unknown", null);
    }
}
