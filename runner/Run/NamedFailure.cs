namespace Stash.Runner.Run;

/// <summary>Why a session, a target or a host failed: a stable code with a sentence, shared by status, Event and log.</summary>
/// <param name="Code">One of <see cref="FailureCodes"/> or of <see cref="Stash.Core.Signals.Outcome"/>.</param>
/// <param name="Message">What happened and what to do; never a secret.</param>
internal sealed record NamedFailure(string Code, string Message)
{
    /// <summary><c>Code: message</c>, the form in which status and Events hold it.</summary>
    public override string ToString() => $"{Code}: {Message}";
}

/// <summary>Ends a session with a <see cref="NamedFailure"/>.</summary>
internal sealed class RunFailureException(NamedFailure failure, Exception? innerException = null)
    : Exception(failure.ToString(), innerException)
{
    /// <summary>Why.</summary>
    public NamedFailure Failure { get; } = failure;

    /// <summary>Shorthand for a code and a sentence.</summary>
    public RunFailureException(string code, string message)
        : this(new NamedFailure(code, message))
    {
    }
}

/// <summary>The runner's own failures; those of restic are <see cref="Stash.Core.Signals.Outcome"/>.</summary>
internal static class FailureCodes
{
    /// <summary>The config breaks a rule, or names what does not exist.</summary>
    public const string ConfigInvalid = "ConfigInvalid";

    /// <summary>The config asks for something that this version does not do.</summary>
    public const string NotSupported = "NotSupported";

    /// <summary>There is no Repository object of that name.</summary>
    public const string RepositoryObjectNotFound = "RepositoryObjectNotFound";

    /// <summary>The workload that <c>target.ref</c> names does not exist.</summary>
    public const string TargetNotFound = "TargetNotFound";

    /// <summary>The workload has no pod that could be backed up.</summary>
    public const string NoPods = "NoPods";

    /// <summary>The pod was made without the sidecar.</summary>
    public const string SidecarMissing = "SidecarMissing";

    /// <summary>The sidecar's container does not run.</summary>
    public const string SidecarNotRunning = "SidecarNotRunning";

    /// <summary>The sidecar runs but does not answer.</summary>
    public const string SidecarUnreachable = "SidecarUnreachable";

    /// <summary>Another holder kept the Repository's Lease for too long.</summary>
    public const string RepositoryBusy = "RepositoryBusy";

    /// <summary>The API server refused a request of the runner's.</summary>
    public const string ApiRefused = "ApiRefused";

    /// <summary>The session's runner is gone and no other will come.</summary>
    public const string RunnerGone = "RunnerGone";

    /// <summary>A session that somebody made could not be started.</summary>
    public const string NotStarted = "NotStarted";

    /// <summary>The preBackup hook failed, so that nothing was backed up; what it failed of follows.</summary>
    public const string PreBackupHookFailed = "PreBackupHookFailed";

    /// <summary>The postBackup hook failed; what it failed of follows.</summary>
    public const string PostBackupHookFailed = "PostBackupHookFailed";

    /// <summary>A hook's command ended with another exit code than 0, or what it asked answered with an error.</summary>
    public const string HookFailed = "HookFailed";

    /// <summary>A hook did not end within its timeout.</summary>
    public const string HookTimedOut = "HookTimedOut";

    /// <summary>The pod has no container of the hook's <c>containerName</c>.</summary>
    public const string HookContainerNotFound = "HookContainerNotFound";

    /// <summary>No container of the pod gives a port the hook's name.</summary>
    public const string HookPortUnknown = "HookPortUnknown";

    /// <summary>There is no Function of that name.</summary>
    public const string FunctionNotFound = "FunctionNotFound";

    /// <summary>No container, or no Job, can be made of a Function.</summary>
    public const string FunctionUnusable = "FunctionUnusable";

    /// <summary>A hook's Job, or its pod, was deleted before it ended.</summary>
    public const string ExecutorDeleted = "ExecutorDeleted";

    /// <summary>No node takes the pod of a hook's Job.</summary>
    public const string ExecutorUnschedulable = "ExecutorUnschedulable";

    /// <summary>The image of a hook's Job cannot be pulled.</summary>
    public const string ExecutorImagePull = "ExecutorImagePull";

    /// <summary>A fault of this program.</summary>
    public const string InternalError = "InternalError";
}
