using System.Text.Json.Nodes;
using Stash.LocalCluster.Kubelet;

namespace Stash.LocalCluster.Controllers;

/// <summary>A Job and its pods at one moment, and what follows from them.</summary>
internal sealed class JobLook
{
    private readonly DateTimeOffset _now;
    private readonly List<JsonObject> _pods;

    /// <summary>Looks; ended and leaving pods are counted in the ledger.</summary>
    public JobLook(JsonObject job, List<JsonObject> pods, JobLedger ledger, DateTimeOffset now)
    {
        (Job, _pods, _now) = (job, pods, now);
        string? fault = null;
        lock (ledger)
        {
            // A finished Job's own deletions are no failures.
            foreach (var pod in pods.Where(pod => !OwnedPods.Active(pod) && (Target is null || !OwnedPods.Leaving(pod)) && !Suspended))
            {
                fault ??= ledger.Count(job, pod, now);
            }

            (Failed, Succeeded, LastFailure) = (ledger.Failed, ledger.Succeeded, ledger.LastFailure);
        }

        Active = [.. pods.Where(OwnedPods.Active)];
        Ending = Target ?? Decide(fault);
    }

    /// <summary>The Job.</summary>
    public JsonObject Job { get; }

    /// <summary>Pods that run or will.</summary>
    public List<JsonObject> Active { get; }

    /// <summary>Pods that are being deleted and have not ended.</summary>
    public int Terminating => _pods.Count(static pod => OwnedPods.Leaving(pod) && pod.Text("status", "phase") is not ("Succeeded" or "Failed"));

    /// <summary>Pods that failed and count.</summary>
    public int Failed { get; }

    /// <summary>Pods that succeeded.</summary>
    public int Succeeded { get; }

    /// <summary>When the last pod failed.</summary>
    public DateTimeOffset? LastFailure { get; }

    /// <summary>spec.suspend.</summary>
    public bool Suspended => Job.Flag("spec", "suspend");

    /// <summary>How it has to end; null while it goes on.</summary>
    public JobEnd? Ending { get; }

    /// <summary>How many pods to start now; negative: too many run.</summary>
    public int Missing
    {
        get
        {
            var parallelism = (int)(Job.Number("spec", "parallelism") ?? 1);
            var wanted = Job.Number("spec", "completions") is { } completions
                ? Math.Min(parallelism, (int)completions - Succeeded)
                : Succeeded > 0 ? Active.Count : parallelism;
            var replacement = Job.Text("spec", "podReplacementPolicy") ?? (Job.At("spec", "podFailurePolicy") is null ? "TerminatingOrFailed" : "Failed");
            var missing = wanted - Active.Count;
            return missing > 0 && replacement == "Failed" ? Math.Max(0, missing - Terminating) : missing;
        }
    }

    /// <summary>Time left until activeDeadlineSeconds; null without one.</summary>
    public TimeSpan? UntilDeadline => !Suspended && Job.Number("spec", "activeDeadlineSeconds") is { } seconds
        ? (Job.Time("status", "startTime") ?? _now).AddSeconds(seconds) - _now
        : null;

    private JobEnd? Target =>
        JobConditions.Find(Job, "FailureTarget") is { } failure ? new JobEnd(false, failure.Text("reason")!, failure.Text("message")!)
        : JobConditions.Find(Job, "SuccessCriteriaMet") is { } success ? new JobEnd(true, success.Text("reason")!, success.Text("message")!)
        : null;

    private JobEnd? Decide(string? fault)
    {
        if (fault is not null)
        {
            return new JobEnd(false, "PodFailurePolicy", fault);
        }

        var limit = Job.Number("spec", "backoffLimit") ?? 6;
        if (Failed > limit || RestartsExceed(limit))
        {
            return new JobEnd(false, "BackoffLimitExceeded", "Job has reached the specified backoff limit");
        }

        if (UntilDeadline <= TimeSpan.Zero)
        {
            return new JobEnd(false, "DeadlineExceeded", "Job was active longer than specified deadline");
        }

        var complete = Job.Number("spec", "completions") is { } completions ? Succeeded >= completions : Succeeded > 0 && Active.Count == 0;
        return complete ? new JobEnd(true, "CompletionsReached", "Reached expected number of succeeded pods") : null;
    }

    // With restartPolicy OnFailure the kubelet restarts in place: those restarts are what the limit counts.
    private bool RestartsExceed(long limit)
    {
        if (Job.Text("spec", "template", "spec", "restartPolicy") != "OnFailure")
        {
            return false;
        }

        var restarts = Active.SelectMany(static pod => pod.Objects("status", "containerStatuses").Concat(pod.Objects("status", "initContainerStatuses")))
            .Sum(static status => status.Number("restartCount") ?? 0);
        return limit == 0 ? restarts > 0 : restarts >= limit;
    }
}

/// <summary>How a Job ends.</summary>
/// <param name="Complete">True for Complete, false for Failed.</param>
/// <param name="Reason">Reason of the condition.</param>
/// <param name="Message">Sentence of the condition.</param>
internal sealed record JobEnd(bool Complete, string Reason, string Message);
