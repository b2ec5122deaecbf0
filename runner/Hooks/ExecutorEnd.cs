using Stash.Runner.Jobs;
using Stash.Runner.Run;

namespace Stash.Runner.Hooks;

/// <summary>Words how a hook's Job ended; pure.</summary>
internal static class ExecutorEnd
{
    /// <summary>The hook's failure.</summary>
    /// <param name="job">Name of the Job.</param>
    /// <param name="end">How it ended, which is not well.</param>
    /// <param name="over">Whether nothing of it runs any more.</param>
    public static NamedFailure Failure(string job, JobEnd end, bool over)
    {
        var (code, remedy) = end.Outcome switch
        {
            JobOutcome.Deleted => (FailureCodes.ExecutorDeleted, "leave a hook's Job alone while its session runs"),
            JobOutcome.Unschedulable => (FailureCodes.ExecutorUnschedulable, null),
            JobOutcome.ImagePull => (FailureCodes.ExecutorImagePull, $"see: kubectl describe pod -l batch.kubernetes.io/job-name={job}"),
            JobOutcome.NotCreated => (FailureCodes.FunctionUnusable, null),
            JobOutcome.DeadlineExceeded => (FailureCodes.HookTimedOut, "raise the hook's timeout if it needs longer"),
            _ => (FailureCodes.HookFailed, null),
        };
        var parts = new[] { end.Message, remedy, over ? null : $"a pod of Job {job} may still run" }.OfType<string>();
        var said = end.Log.Length > 0 ? end.Log : end.Failed?.Message?.Trim() ?? "";
        return new NamedFailure(code, $"{string.Join("; ", parts)}{(said.Length > 0 ? $": {said}" : "")}");
    }
}
