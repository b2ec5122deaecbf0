namespace Stash.Runner;

/// <summary>Exit codes of <c>stash-runner</c>: a contract with the Jobs' podFailurePolicy and with scripts.</summary>
public static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Refused: an object is invalid (validate, preview, render), or the command line is wrong.</summary>
    public const int Refused = 1;

    /// <summary>Failed for good: another attempt would end the same way. The Job is not tried again.</summary>
    public const int FailedForGood = 10;

    /// <summary>Failed, but another attempt may succeed.</summary>
    public const int TryAgain = 75;
}
