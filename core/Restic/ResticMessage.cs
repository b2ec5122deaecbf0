using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stash.Core.Restic;

/// <summary>
/// One JSON line of <c>restic --json</c>: the union of what versions 0.14 to 0.19 print, told apart by <see cref="MessageType"/>
/// (restic's manual, "Scripting"). Every field may be absent.
/// </summary>
public sealed record ResticMessage
{
    /// <summary><c>status</c>, <c>summary</c>, <c>error</c>, <c>exit_error</c>, <c>initialized</c>, <c>version</c> and others.</summary>
    public string? MessageType { get; init; }

    /// <summary>status: 0 to 1.</summary>
    public double PercentDone { get; init; }

    /// <summary>status: files found so far.</summary>
    public long TotalFiles { get; init; }

    /// <summary>status: files read so far.</summary>
    public long FilesDone { get; init; }

    /// <summary>status: bytes found so far.</summary>
    public long TotalBytes { get; init; }

    /// <summary>status: bytes read so far.</summary>
    public long BytesDone { get; init; }

    /// <summary>status: seconds since the start.</summary>
    public double SecondsElapsed { get; init; }

    /// <summary>status: seconds to go.</summary>
    public double? SecondsRemaining { get; init; }

    /// <summary>summary of backup.</summary>
    public long FilesNew { get; init; }

    /// <summary>summary of backup.</summary>
    public long FilesChanged { get; init; }

    /// <summary>summary of backup.</summary>
    public long FilesUnmodified { get; init; }

    /// <summary>summary of backup: bytes of new data.</summary>
    public long DataAdded { get; init; }

    /// <summary>summary of backup.</summary>
    public long TotalFilesProcessed { get; init; }

    /// <summary>summary of backup.</summary>
    public long TotalBytesProcessed { get; init; }

    /// <summary>summary of backup: seconds.</summary>
    public double TotalDuration { get; init; }

    /// <summary>summary of backup: short in 0.14, full later; absent where no snapshot was saved.</summary>
    public string? SnapshotId { get; init; }

    /// <summary>summary of check, from 0.18 on.</summary>
    public long NumErrors { get; init; }

    /// <summary>error: an object whose form depends on version and kind of error.</summary>
    public JsonElement? Error { get; init; }

    /// <summary>error: <c>scan</c> or <c>archival</c>.</summary>
    public string? During { get; init; }

    /// <summary>error: the path.</summary>
    public string? Item { get; init; }

    /// <summary>error and exit_error: text.</summary>
    public string? Message { get; init; }

    /// <summary>exit_error: restic's exit code.</summary>
    public int Code { get; init; }

    /// <summary>initialized: the repository's id.</summary>
    public string? Id { get; init; }

    /// <summary>version: for example <c>0.19.1</c>.</summary>
    public string? Version { get; init; }

    /// <summary>Parses a line; null where it is not a JSON object of a known shape.</summary>
    public static ResticMessage? TryParse(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || line[0] != (byte)'{')
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(line, ResticJson.Default.ResticMessage);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Why an item could not be read: text from 0.17 on, Go's PathError with an errno before.</summary>
    public string Reason()
    {
        if (Error is not { ValueKind: JsonValueKind.Object } error)
        {
            return Message ?? "could not be read";
        }

        if (error.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String)
        {
            return message.GetString()!;
        }

        return error.TryGetProperty("Err", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var errno)
            ? Marshal.GetPInvokeErrorMessage(errno)
            : "could not be read";
    }
}

/// <summary>restic's own wire types: snake case.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(ResticMessage))]
[JsonSerializable(typeof(List<ResticSnapshot>))]
[JsonSerializable(typeof(ResticStats))]
internal sealed partial class ResticJson : JsonSerializerContext;
