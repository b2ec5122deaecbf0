using System.Text;
using System.Text.Json;
using Stash.Core.Api;
using Stash.Core.Signals;

namespace Stash.Runner.Perform;

/// <summary>A result as a container's termination message, which Kubernetes cuts at 4096 bytes; pure but for the file.</summary>
internal static class TerminationMessage
{
    /// <summary>Where Kubernetes reads it (core/v1 Container, terminationMessagePath).</summary>
    public const string DefaultPath = "/dev/termination-log";

    /// <summary>Most bytes.</summary>
    public const int Limit = 4096;

    private const int LongestMessage = 1500;

    /// <summary>The result as JSON of at most <see cref="Limit"/> bytes: paths go first, then the message is cut.</summary>
    public static string Of(SignalResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        for (var paths = result.UnreadPaths?.Count ?? 0; ; paths = paths / 2)
        {
            var shown = paths == 0 ? result with { UnreadPaths = null } : result with { UnreadPaths = [.. result.UnreadPaths!.Take(paths)] };
            if (Fits(shown, out var text))
            {
                return text;
            }

            if (paths == 0)
            {
                return Cut(shown);
            }
        }
    }

    /// <summary>The result in a message; null where it holds none: the container was killed, or is none of ours.</summary>
    public static SignalResult? Read(string? message)
    {
        if (message?.Trim() is not ['{', ..] text)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(text, StashJson.Default.SignalResult);
        }
        catch (JsonException)
        {
            // What a container of somebody else's says of itself.
            return null;
        }
    }

    private static string Cut(SignalResult result)
    {
        for (var length = Math.Min(result.Message.Length, LongestMessage); length > 0; length /= 2)
        {
            if (Fits(result with { Message = result.Message[..length] + "..." }, out var text))
            {
                return text;
            }
        }

        Fits(result with { Message = "", Backup = result.Backup is null ? null : result.Backup with { Paths = null } }, out var least);
        return least;
    }

    private static bool Fits(SignalResult result, out string text)
    {
        text = JsonSerializer.Serialize(result, StashJson.Default.SignalResult);
        return Encoding.UTF8.GetByteCount(text) <= Limit;
    }
}
