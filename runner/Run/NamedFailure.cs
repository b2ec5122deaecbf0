using Stash.Core.Functions;

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

    /// <summary>The connection to a custom sidecar was lost while it worked: how that ends is not known.</summary>
    public const string SidecarConnectionLost = "SidecarConnectionLost";

    /// <summary>A Function that the config names does not exist.</summary>
    public const string FunctionNotFound = FunctionFaults.NotFound;

    /// <summary>No container can be made of a Function that the config names, or it cannot be woken as it says.</summary>
    public const string FunctionUnusable = FunctionFaults.Unusable;

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

    /// <summary>A step of a Task's Job failed; which, with what exit code and last words, follows.</summary>
    public const string TaskFailed = "TaskFailed";

    /// <summary>Somebody deleted a Task's Job, or its pod, before it ended.</summary>
    public const string TaskDeleted = "TaskDeleted";

    /// <summary>No node takes the pod of a Task's Job.</summary>
    public const string TaskUnschedulable = "TaskUnschedulable";

    /// <summary>An image of a Task's Job cannot be pulled.</summary>
    public const string TaskImagePull = "TaskImagePull";

    /// <summary>A hook's Job, or its pod, was deleted before it ended.</summary>
    public const string ExecutorDeleted = "ExecutorDeleted";

    /// <summary>No node takes the pod of a hook's Job.</summary>
    public const string ExecutorUnschedulable = "ExecutorUnschedulable";

    /// <summary>The image of a hook's Job cannot be pulled.</summary>
    public const string ExecutorImagePull = "ExecutorImagePull";

    /// <summary>A fault of this program.</summary>
    public const string InternalError = "InternalError";
}
