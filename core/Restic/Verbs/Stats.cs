using System.Text.Json;
using Stash.Core.Signals;

namespace Stash.Core.Restic;

/// <summary>restic's <c>stats --mode raw-data --json</c>.</summary>
public sealed record ResticStats
{
    /// <summary>Bytes stored.</summary>
    public long TotalSize { get; init; }

    /// <summary>Snapshots looked at: all of them.</summary>
    public long SnapshotsCount { get; init; }
}

public sealed partial class ResticClient
{
    /// <summary><c>restic stats</c> over the whole repository.</summary>
    public async Task<ResticEnd<StatsSummary>> StatsAsync(CancellationToken cancellationToken)
    {
        var listener = new ResticListener(time);
        ResticStats? stats = null;
        var exit = await RunAsync(
            ["stats", "--json", "--no-lock", "--mode", "raw-data"],
            listener,
            output => LineReader.ReadAsync(output, LongestLine, line => TakeStats(line.Span, value => stats = value), CancellationToken.None),
            cancellationToken);
        return FailureOf(exit, listener) is { } failure
            ? new(null, failure)
            : stats is null
                ? new(null, new ResticFailure(Outcome.Failed, "restic ended well but its statistics cannot be understood.", Retryable: false))
                : new(new StatsSummary { TotalBytes = stats.TotalSize, SnapshotCount = stats.SnapshotsCount }, null);
    }

    private static ValueTask TakeStats(ReadOnlySpan<byte> line, Action<ResticStats> take)
    {
        try
        {
            if (line.StartsWith("{"u8) && JsonSerializer.Deserialize(line, ResticJson.Default.ResticStats) is { } stats)
            {
                take(stats);
            }
        }
        catch (JsonException)
        {
            // The caller tells that nothing could be understood.
        }

        return ValueTask.CompletedTask;
    }
}
