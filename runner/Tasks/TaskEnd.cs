using Stash.Core.Signals;
using Stash.Runner.Jobs;
using Stash.Runner.Perform;
using Stash.Runner.Run;

namespace Stash.Runner.Tasks;

/// <summary>Words how a Task's Job ended as the result of what was ordered; pure.</summary>
internal static class TaskEnd
{
    /// <summary>The result.</summary>
    /// <param name="order">What was ordered.</param>
    /// <param name="job">Name of the Job.</param>
    /// <param name="end">How it ended.</param>
    /// <param name="began">When it was made, or taken on.</param>
    /// <param name="took">Since then.</param>
    public static SignalResult Result(SignalRequest order, string job, JobEnd end, DateTimeOffset began, TimeSpan took)
    {
        if (Told(end) is { } told)
        {
            return told with { Session = order.Session, Verb = order.Verb };
        }

        var (code, message) = end.Outcome switch
        {
            JobOutcome.Succeeded => (Outcome.Succeeded, $"Job {job} is complete; it told nothing of what it saved"),
            JobOutcome.Deleted => (FailureCodes.TaskDeleted, $"{end.Message}; leave a session's Job alone while it runs"),
            JobOutcome.Unschedulable => (FailureCodes.TaskUnschedulable, end.Message),
            JobOutcome.ImagePull => (FailureCodes.TaskImagePull, $"{end.Message}; see: kubectl describe pod -l batch.kubernetes.io/job-name={job}"),
            JobOutcome.NotCreated => (FailureCodes.FunctionUnusable, end.Message),
            JobOutcome.DeadlineExceeded => (Outcome.DeadlineExceeded, $"{end.Message}; raise spec.timeOut if it needs longer"),
            _ => (FailureCodes.TaskFailed, Failed(end)),
        };
        return new SignalResult
        {
            Session = order.Session, Verb = order.Verb, Outcome = code, Message = message, StartTime = began, Seconds = Math.Round(took.TotalSeconds, 3),
        };
    }

    /// <summary>What the container that failed, else the last one, left of itself: a step that runs <c>stash-runner perform</c> tells its result.</summary>
    private static SignalResult? Told(JobEnd end) => end.Outcome switch
    {
        JobOutcome.Succeeded => TerminationMessage.Read(end.Containers is [.., var last] ? last.Message : null),
        JobOutcome.Failed or JobOutcome.DeadlineExceeded => TerminationMessage.Read(end.Failed?.Message) is { Outcome: not Outcome.Succeeded } told ? told : null,
        _ => null,
    };

    private static string Failed(JobEnd end)
    {
        if (end.Failed is not { } step)
        {
            return end.Message;
        }

        var reason = step.Reason is null or "Error" ? "" : $" ({step.Reason})";
        var said = end.Log.Length > 0 ? end.Log : LogTail.Of(step.Message ?? "");
        return FormattableString.Invariant($"step {step.Name} ended with exit code {step.ExitCode}{reason}{(said.Length > 0 ? ": " + said : "")}");
    }
}
