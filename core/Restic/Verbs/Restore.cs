namespace Stash.Core.Restic;

/// <summary>What to restore.</summary>
public sealed record RestoreOptions
{
    /// <summary>Id of the snapshot, or <c>latest</c>.</summary>
    public required string Snapshot { get; init; }

    /// <summary>Folder that is restored into.</summary>
    public required string Target { get; init; }

    /// <summary>With <c>latest</c>: the host whose snapshot is meant.</summary>
    public string? Host { get; init; }

    /// <summary>With <c>latest</c>: tags that the snapshot has, all of them.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>Patterns of what is restored; empty for all.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Patterns of what is not restored.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Reads every restored file again and compares it with the snapshot.</summary>
    public bool Verify { get; init; }
}

/// <summary>A restore that ended well.</summary>
public sealed record RestoreResult;

public sealed partial class ResticClient
{
    /// <summary><c>restic restore</c>.</summary>
    public async Task<ResticEnd<RestoreResult>> RestoreAsync(RestoreOptions options, CancellationToken cancellationToken)
    {
        var listener = new ResticListener(time);
        var exit = await RunAsync(RestoreArguments(options), listener, cancellationToken);
        return FailureOf(exit, listener) is { } failure ? new(null, failure) : new(new RestoreResult(), null);
    }

    /// <summary>The arguments of <c>restic restore</c>; pure.</summary>
    public static IReadOnlyList<string> RestoreArguments(RestoreOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        List<string> arguments = ["restore", "--json", "--target", options.Target, .. Which(options)];
        foreach (var pattern in options.Include)
        {
            arguments.AddRange(["--include", pattern]);
        }

        foreach (var pattern in options.Exclude)
        {
            arguments.AddRange(["--exclude", pattern]);
        }

        arguments.AddRange(options.Verify ? ["--verify"] : []);
        return [.. arguments, "--", options.Snapshot];
    }

    /// <summary>Options that say whose latest snapshot is meant.</summary>
    private static List<string> Which(RestoreOptions options) =>
    [
        .. options.Host is null ? [] : (string[])["--host", options.Host],
        .. options.Tags.Count == 0 ? [] : (string[])["--tag", string.Join(',', options.Tags)],
    ];
}
