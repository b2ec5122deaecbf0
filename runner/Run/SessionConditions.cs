using Stash.Core.Api;

namespace Stash.Runner.Run;

/// <summary>Types of the conditions that a run sets, named as Stash names them.</summary>
internal static class SessionConditions
{
    /// <summary>Session: the restic repository was made, or found, at the first backup.</summary>
    public const string BackendRepositoryInitialized = "BackendRepositoryInitialized";

    /// <summary>Session: retention was applied; False with the reason why not.</summary>
    public const string RetentionPolicyApplied = "RetentionPolicyApplied";

    /// <summary>Session: the Repository's status tells what is in it.</summary>
    public const string RepositoryMetricsPushed = "RepositoryMetricsPushed";

    /// <summary>Session: it was not run; the reason tells why.</summary>
    public const string BackupSkipped = "BackupSkipped";

    /// <summary>Session: older sessions beyond the limit were deleted.</summary>
    public const string BackupHistoryCleaned = "BackupHistoryCleaned";

    /// <summary>Session: it took longer than allowed.</summary>
    public const string DeadlineExceeded = "DeadlineExceeded";

    /// <summary>Session: False when the config breaks a rule.</summary>
    public const string ValidationPassed = "ValidationPassed";

    /// <summary>Session: False when it ended for a reason beside its hosts; the reason is the failure's code.</summary>
    public const string Completed = "Completed";

    /// <summary>Target: its sidecars were found; False when there is nothing to wake.</summary>
    public const string BackupExecutorEnsured = "BackupExecutorEnsured";

    /// <summary>Target: its preBackup hook. Unknown while it runs; False fails the backup, which is then not made.</summary>
    public const string PreBackupHookExecutionSucceeded = "PreBackupHookExecutionSucceeded";

    /// <summary>Target: its postBackup hook. Unknown while it runs; once it is True or False, no attempt runs the hook again.</summary>
    public const string PostBackupHookExecutionSucceeded = "PostBackupHookExecutionSucceeded";

    /// <summary>Session of a batch: the preBackup hook of all members. Unknown while it runs; False skips every member.</summary>
    public const string GlobalPreBackupHookSucceeded = "GlobalPreBackupHookSucceeded";

    /// <summary>Session of a batch: the postBackup hook of all members. Unknown while it runs.</summary>
    public const string GlobalPostBackupHookSucceeded = "GlobalPostBackupHookSucceeded";

    /// <summary>A condition that holds.</summary>
    public static Condition True(string type, string reason, string message, DateTimeOffset now) =>
        new() { Type = type, Status = "True", Reason = reason, Message = message, LastTransitionTime = now };

    /// <summary>A condition whose step runs: what comes of it is not known.</summary>
    public static Condition Unknown(string type, string message, DateTimeOffset now) =>
        new() { Type = type, Status = "Unknown", Reason = Phase.Running, Message = message, LastTransitionTime = now };

    /// <summary>A condition that does not hold.</summary>
    public static Condition False(string type, NamedFailure failure, DateTimeOffset now) =>
        new() { Type = type, Status = "False", Reason = failure.Code, Message = failure.Message, LastTransitionTime = now };
}
