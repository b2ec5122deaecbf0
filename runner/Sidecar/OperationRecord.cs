using System.Text.Json.Serialization;
using Stash.Core.Signals;

namespace Stash.Runner.Sidecar;

/// <summary>What the sidecar remembers of an operation, also across a restart of its container.</summary>
internal sealed record OperationRecord
{
    /// <summary>What was asked.</summary>
    public required SignalRequest Request { get; init; }

    /// <summary>How it ended; null while it runs, or when the sidecar was killed meanwhile.</summary>
    public SignalResult? Result { get; init; }

    /// <summary>The last restic that was started for it.</summary>
    public ProcessIdentity? Restic { get; init; }

    /// <summary>Up to fifty paths that could not be read so far.</summary>
    public IReadOnlyList<string> UnreadPaths { get; init; } = [];

    /// <summary>How many paths could not be read so far.</summary>
    public long UnreadCount { get; init; }

    /// <summary>
    /// Whether two requests ask for the same work. Session names may differ, since another attempt at a session has a name of its own;
    /// the tags of a backup tell the session. Deadline and waits may differ too.
    /// </summary>
    public static bool AreAlike(SignalRequest one, SignalRequest other) =>
        one.Verb == other.Verb
        && one.Repository == other.Repository
        && one.Backup?.Host == other.Backup?.Host
        && (one.Backup?.Paths ?? []).SequenceEqual(other.Backup?.Paths ?? [], StringComparer.Ordinal)
        && (one.Backup?.Tags ?? []).SequenceEqual(other.Backup?.Tags ?? [], StringComparer.Ordinal);
}

/// <summary>Wire types of the work folder.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OperationRecord))]
internal sealed partial class RecordJson : JsonSerializerContext;
