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

    /// <summary>Whether somebody got the result. A retryable failure that was told is tried again at the next signal.</summary>
    public bool Delivered { get; init; }

    /// <summary>The last restic that was started for it.</summary>
    public ProcessIdentity? Restic { get; init; }

    /// <summary>Up to fifty paths that could not be read so far.</summary>
    public IReadOnlyList<string> UnreadPaths { get; init; } = [];

    /// <summary>How many paths could not be read so far.</summary>
    public long UnreadCount { get; init; }

    /// <summary>Whether the next signal gets the recorded result.</summary>
    [JsonIgnore]
    public bool IsFinal => Result is { } result && !(result.Retryable && Delivered);

    /// <summary>Whether a request is the one that was recorded. Deadline and waits may differ: a later attempt has its own.</summary>
    public bool IsFor(SignalRequest request) =>
        Request.Repository == request.Repository
        && Request.Backup?.Host == request.Backup?.Host
        && (Request.Backup?.Paths ?? []).SequenceEqual(request.Backup?.Paths ?? [], StringComparer.Ordinal)
        && (Request.Backup?.Tags ?? []).SequenceEqual(request.Backup?.Tags ?? [], StringComparer.Ordinal);
}

/// <summary>Wire types of the work folder.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(OperationRecord))]
internal sealed partial class RecordJson : JsonSerializerContext;
