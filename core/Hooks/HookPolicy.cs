namespace Stash.Core.Hooks;

/// <summary>Values of a postBackup hook's <c>executionPolicy</c>, and what they decide; pure.</summary>
public static class HookPolicy
{
    /// <summary>Whatever became of the backup. The default.</summary>
    public const string Always = "Always";

    /// <summary>Only after a backup that failed.</summary>
    public const string OnFailure = "OnFailure";

    /// <summary>Only after a backup that succeeded.</summary>
    public const string OnSuccess = "OnSuccess";

    /// <summary>Only after a failure that no further session makes up for. <c>retryConfig</c> is not acted on, so that every failure is final.</summary>
    public const string OnFinalRetryFailure = "OnFinalRetryFailure";

    /// <summary>Every value.</summary>
    public static readonly IReadOnlyList<string> All = [Always, OnFailure, OnSuccess, OnFinalRetryFailure];

    /// <summary>Whether the hook runs. A policy that is none of <see cref="All"/> counts as <see cref="Always"/>: better released once too often.</summary>
    public static bool Runs(string? policy, bool failed) => policy switch
    {
        OnFailure or OnFinalRetryFailure => failed,
        OnSuccess => !failed,
        _ => true,
    };
}
