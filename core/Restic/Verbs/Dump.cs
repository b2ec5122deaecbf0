namespace Stash.Core.Restic;

/// <summary>A file was read from a snapshot, all of it.</summary>
public sealed record DumpResult;

public sealed partial class ResticClient
{
    /// <summary><c>restic dump</c>: one file of a snapshot as a stream.</summary>
    /// <param name="options">The snapshot; its target and patterns are not looked at.</param>
    /// <param name="file">Path of the file in the snapshot.</param>
    /// <param name="read">Reads the file to its end, or until the token ends it: restic is interrupted then.</param>
    /// <param name="cancellationToken">Interrupts restic.</param>
    public async Task<ResticEnd<DumpResult>> DumpAsync(
        RestoreOptions options, string file, Func<Stream, Task> read, CancellationToken cancellationToken)
    {
        var listener = new ResticListener(time);
        var process = new ResticProcess(launch, time) { OnNotice = OnNotice, OnStarted = OnStarted, DrainLimit = Timeout.InfiniteTimeSpan };
        var exit = await process.RunAsync(DumpArguments(options, file), read, listener.OnErrorLine, cancellationToken);
        return FailureOf(exit, listener) is { } failure ? new(null, failure) : new(new DumpResult(), null);
    }

    /// <summary>The arguments of <c>restic dump</c>; pure.</summary>
    public static IReadOnlyList<string> DumpArguments(RestoreOptions options, string file)
    {
        ArgumentNullException.ThrowIfNull(options);
        return ["dump", .. Which(options), "--", options.Snapshot, file];
    }
}
