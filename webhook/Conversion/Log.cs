using Stash.Webhook.Conversion;

namespace Stash.Webhook;

/// <content>What conversions log.</content>
internal static partial class Log
{
    /// <summary>One line for each review.</summary>
    public static void Converted(ILogger logger, ConversionReview review, ConversionReply reply, string outcome, TimeSpan elapsed)
    {
        var milliseconds = Math.Round(elapsed.TotalMilliseconds, 2);
        if (reply.Fault is { } fault)
        {
            ConversionFailed(logger, review.Objects.Count, review.DesiredApiVersion, fault, milliseconds);
        }
        else
        {
            Converted(logger, review.Objects.Count, review.DesiredApiVersion, outcome, milliseconds);
        }
    }

    [LoggerMessage(20, LogLevel.Information, "conversion of {Count} to {Version}: {Outcome} {Milliseconds} ms")]
    private static partial void Converted(ILogger logger, int count, string version, string outcome, double milliseconds);

    [LoggerMessage(21, LogLevel.Warning, "conversion of {Count} to {Version} failed: {Fault} {Milliseconds} ms")]
    private static partial void ConversionFailed(ILogger logger, int count, string version, string fault, double milliseconds);
}
