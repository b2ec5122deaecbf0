using System.Text.Json;
using Stash.Core.Signals;

namespace Stash.Core.Restic;

/// <summary>A snapshot as <c>restic snapshots --json</c> lists it.</summary>
public sealed record ResticSnapshot
{
    /// <summary>Full id.</summary>
    public string Id { get; init; } = "";

    /// <summary>First eight characters of the id.</summary>
    public string ShortId { get; init; } = "";

    /// <summary>When it was taken.</summary>
    public DateTimeOffset Time { get; init; }

    /// <summary>restic's host name.</summary>
    public string Hostname { get; init; } = "";

    /// <summary>What it holds.</summary>
    public IReadOnlyList<string>? Paths { get; init; }

    /// <summary>Its tags.</summary>
    public IReadOnlyList<string>? Tags { get; init; }

    /// <summary>Statistics, from 0.17 on.</summary>
    public ResticMessage? Summary { get; init; }
}

public sealed partial class ResticClient
{
    private const int LongestList = 64 << 20;

    /// <summary><c>restic snapshots</c> of a host that have all of the tags; takes no lock.</summary>
    /// <param name="host">restic's host name; null for all.</param>
    /// <param name="tags">Each snapshot has all of them; empty for all.</param>
    /// <param name="cancellationToken">Interrupts restic.</param>
    public async Task<ResticEnd<IReadOnlyList<ResticSnapshot>>> SnapshotsAsync(
        string? host, IReadOnlyList<string> tags, CancellationToken cancellationToken)
    {
        var listener = new ResticListener(time);
        IReadOnlyList<ResticSnapshot>? snapshots = null;
        List<string> arguments = ["snapshots", "--json", "--no-lock"];
        arguments.AddRange(host is null ? [] : ["--host", host]);
        arguments.AddRange(tags.Count == 0 ? [] : ["--tag", string.Join(',', tags)]);
        var exit = await RunAsync(
            arguments,
            listener,
            output => LineReader.ReadAsync(output, LongestList, line => TakeList(line.Span, list => snapshots = list), CancellationToken.None),
            cancellationToken);
        return FailureOf(exit, listener) is { } failure
            ? new(null, failure)
            : snapshots is null
                ? new(null, new ResticFailure(Outcome.Failed, "restic ended well but listed no snapshots that can be understood.", Retryable: false))
                : new(snapshots, null);
    }

    private static ValueTask TakeList(ReadOnlySpan<byte> line, Action<IReadOnlyList<ResticSnapshot>> take)
    {
        try
        {
            if (line.StartsWith("["u8) && JsonSerializer.Deserialize(line, ResticJson.Default.ListResticSnapshot) is { } list)
            {
                take(list);
            }
        }
        catch (JsonException)
        {
            // The caller tells that nothing could be understood.
        }

        return ValueTask.CompletedTask;
    }
}
