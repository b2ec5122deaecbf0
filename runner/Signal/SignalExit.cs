using Stash.Core.Signals;

namespace Stash.Runner.Signal;

/// <summary>Exit codes of <c>stash-runner signal</c>; pure.</summary>
internal static class SignalExit
{
    /// <summary>A snapshot was saved without files that could not be read.</summary>
    public const int FilesUnread = 3;

    /// <summary>The command line or the request is wrong (EX_USAGE of sysexits).</summary>
    public const int Usage = 64;

    /// <summary>The code of a result.</summary>
    public static int CodeOf(SignalResult result) => result switch
    {
        { Outcome: Outcome.Succeeded } => ExitCodes.Done,
        { Outcome: Outcome.FilesUnread } => FilesUnread,
        { Retryable: true } => ExitCodes.TryAgain,
        _ => ExitCodes.FailedForGood,
    };
}
