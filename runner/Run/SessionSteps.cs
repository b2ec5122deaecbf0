using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Restic;
using Stash.Core.Signals;
using Stash.Runner.Hooks;
using Stash.Runner.Logging;
using Stash.Runner.Tasks;
using Stash.Runner.Waking;

namespace Stash.Runner.Run;

/// <summary>The steps of a session that has begun, each recorded as it ends; a step that the status has as done is not done again.</summary>
internal sealed class SessionSteps(
    IKubernetesClient client, RunSettings settings, TimeProvider time, ILogger log, ISessionRecord recorder, SessionHooks hooks)
{
    private readonly RunLimits _limits = settings.Limits;
    private readonly Attempts _attempts = new(time, settings.Limits, log);
    private readonly Signalling _signalling = new(client, settings.Namespace, time, settings.Limits, log);
    private Inputs? _inputs;
    private IReadOnlyList<BackupHost> _hosts = [];

    /// <summary>Names of the pods that are backed up; none before they were found.</summary>
    public IReadOnlyList<string> Pods => [.. _hosts.Select(h => h.Pod)];

    /// <summary>Finds the hosts, runs the preBackup hook and backs the hosts up.</summary>
    /// <exception cref="RunFailureException">The session as a whole failed; failures of hosts are in the status.</exception>
    public async Task BackUpAsync(BackupConfiguration config, CancellationToken cancellationToken)
    {
        _inputs = await new InputReader(client, settings.Namespace).GatherAsync(config, cancellationToken);
        _hosts = await FindHostsAsync(_inputs, cancellationToken);
        HookRecord.ThrowIfReleased(recorder.Status, _inputs.Target);
        if (_hosts.Any(host => !IsEnded(recorder.Status, _inputs.Target, host.Name)))
        {
            await hooks.PreAsync(config, Pods, cancellationToken);
        }

        var backups = new HostBackups(Waker(_inputs), _inputs.Sidecar is null, _attempts, Orders(_inputs).Paths, recorder, _limits, time, log);
        await backups.RunAsync(_inputs.Target, _hosts, _inputs.Repository.Status?.FirstBackupTime is null, cancellationToken);
        if (IsSaved(_inputs))
        {
            await Report(_inputs).WriteAsync(RepositoryReport.AfterBackup(_inputs.Repository.Status, time.Now()), cancellationToken);
        }
    }

    /// <summary>Applies retention, unless nothing was saved or it was applied already, and tells the Repository.</summary>
    /// <exception cref="RunFailureException">It could not be applied.</exception>
    public async Task RetainAsync(CancellationToken cancellationToken)
    {
        if (_inputs is not { } inputs || !IsSaved(inputs)
            || recorder.Status.Conditions?.Any(c => c.Type == SessionConditions.RetentionPolicyApplied) == true)
        {
            return;
        }

        if (CustomRetention.IsItsOwn(inputs))
        {
            await recorder.WriteAsync(s => s.With(CustomRetention.LeftToSidecar(CustomRetention.OnItsVolume, time.Now())), cancellationToken);
            return;
        }

        await RetainAsync(inputs, Executor(inputs, _hosts, _signalling), Orders(inputs), _attempts, Report(inputs), cancellationToken);
    }

    /// <summary>How a host is backed up: by its sidecar, woken as its Function says or through the runner that it carries, or by the Task's Job.</summary>
    private WakeHost Waker(Inputs inputs)
    {
        if (inputs.IsWokenByItself)
        {
            var custom = new CustomWaking(client, inputs, recorder.Name, Deadline, settings.Namespace, time, _limits, log);
            return (host, _, _, onProgress, token) => custom.WakeAsync(host, onProgress, token);
        }

        var orders = Orders(inputs);
        if (inputs.Task is not null)
        {
            var task = TaskBackup(inputs);
            return (host, mayInitialize, attempt, _, token) => task.BackUpAsync(orders.Backup(host.Name, mayInitialize, attempt), token);
        }

        return (host, mayInitialize, attempt, onProgress, token) =>
            _signalling.SendAsync(host.Pod, orders.Backup(host.Name, mayInitialize, attempt), onProgress, token);
    }

    private Orders Orders(Inputs inputs) => new(inputs.Config, inputs.Repository, recorder.Name, Deadline, _limits.Lock);

    private RepositoryReport Report(Inputs inputs) => new(client, inputs.Repository.Metadata.Namespace!, inputs.Repository.Metadata.Name!);

    /// <summary>Whether anything was saved: neither a custom sidecar nor a Task need tell what.</summary>
    private bool IsSaved(Inputs inputs) => Stats(inputs.Target)
        .Any(s => s.Snapshots is { Count: > 0 } || ((inputs.Sidecar is not null || inputs.Task is not null) && s.Phase == Phase.Succeeded));

    private TaskBackup TaskBackup(Inputs inputs) => new(client, inputs, recorder.Session, Deadline, settings, time, log);

    private DateTimeOffset Deadline => recorder.Status.SessionDeadline!.Value;

    private IReadOnlyList<HostStats> Stats(TargetReference target) =>
        recorder.Status.Targets?.FirstOrDefault(t => t.Ref == target)?.Stats ?? [];

    private async Task<IReadOnlyList<BackupHost>> FindHostsAsync(Inputs inputs, CancellationToken cancellationToken)
    {
        if (inputs.Task is { } task)
        {
            var host = Tasks.TaskBackup.HostName(inputs.Config);
            var job = await TaskBackup(inputs).PrepareAsync(Orders(inputs).Backup(host, mayInitialize: false, attempt: 1), cancellationToken);
            await recorder.WriteAsync(
                s => s.WithHosts(inputs.Target, [host]).WithTargetCondition(inputs.Target, SessionConditions.True(
                    SessionConditions.BackupExecutorEnsured, "TaskFound", $"Task {task.Task.Metadata.Name} backs up {host} in Job {job}", time.Now())),
                cancellationToken);
            return [new BackupHost(host, job)];
        }

        var targets = new Targets(client, time, _limits, log);
        var workload = await targets.WorkloadAsync(inputs.Target, settings.Namespace, cancellationToken);
        var choice = await targets.ChooseAsync(workload, inputs.Config.Spec.Target?.Alias, cancellationToken);
        if (choice.None is { } none)
        {
            throw new RunFailureException(none);
        }

        await recorder.WriteAsync(s => WithChoice(s, inputs.Target, choice), cancellationToken);
        foreach (var (host, failure) in choice.Failures)
        {
            log.BackupFailed(host, failure.ToString());
        }

        return choice.Hosts;
    }

    private BackupSessionStatus WithChoice(BackupSessionStatus status, TargetReference target, PodChoice choice)
    {
        var pods = string.Join(", ", choice.Hosts.Select(h => $"{h.Name} in pod {h.Pod}"));
        var next = status.WithHosts(target, [.. choice.Hosts.Select(h => h.Name), .. choice.Failures.Keys]);
        foreach (var (host, failure) in choice.Failures.Where(f => !IsEnded(next, target, f.Key)))
        {
            next = next.WithHost(target, new HostStats { Hostname = host, Phase = Phase.Failed, Error = failure.ToString() });
        }

        return choice.Hosts.Count == 0
            ? next
            : next.WithTargetCondition(
                target, SessionConditions.True(SessionConditions.BackupExecutorEnsured, "SidecarsFound", pods, time.Now()));
    }

    private static bool IsEnded(BackupSessionStatus status, TargetReference target, string host) =>
        status.Targets?.FirstOrDefault(t => t.Ref == target)?.Stats?.Any(s => s.Hostname == host && SessionStatus.IsEnded(s.Phase)) == true;

    /// <summary>A volume can be reached only from the pods that mount it; everything else from this pod, which spares the application's memory.</summary>
    private Func<SignalRequest, CancellationToken, Task<SignalResult>> Executor(
        Inputs inputs, IReadOnlyList<BackupHost> hosts, Signalling signalling)
    {
        if (inputs.Repository.Spec.Backend?.Local is not null && inputs.Task is not null)
        {
            return TaskBackup(inputs).MaintainAsync;
        }

        if (inputs.Repository.Spec.Backend?.Local is null)
        {
            var operations = new RepositoryOperations(
                new ResticSurroundings("restic", SidecarNames.SecretPath, settings.CachePath), time);
            return (request, token) => operations.RunAsync(request, Tell, token);
        }

        var saved = Stats(inputs.Target).Where(s => s.Snapshots is { Count: > 0 }).Select(s => s.Hostname).ToHashSet(StringComparer.Ordinal);
        var through = hosts.FirstOrDefault(h => saved.Contains(h.Name)) ?? throw new RunFailureException(
            FailureCodes.NoPods, "retention needs a pod that mounts the repository's volume, and none of those backed up is left");
        return (request, token) => signalling.SendAsync(through.Pod, request, onProgress: null, token);
    }

    private ValueTask Tell(SignalLine line)
    {
        if (line.Log is { } text)
        {
            log.ResticSays(text);
        }

        return ValueTask.CompletedTask;
    }

    private async Task RetainAsync(
        Inputs inputs, Func<SignalRequest, CancellationToken, Task<SignalResult>> execute, Orders orders, Attempts attempts,
        RepositoryReport report, CancellationToken cancellationToken)
    {
        var failed = Stats(inputs.Target).Where(s => s.Phase != Phase.Succeeded).Select(s => s.Hostname).ToList();
        IReadOnlyList<string> hosts = failed.Count > 0 ? [] : [.. Stats(inputs.Target).Select(s => s.Hostname)];
        // Held by the session and not by this pod: a second attempt takes its own Lease over at once.
        var lease = new RepositoryLease(
            client, inputs.Repository.Metadata.Namespace!, inputs.Repository.Metadata.Name!, $"{settings.Namespace}/{recorder.Name}", time, log);
        var retention = new Retention(orders, attempts, execute, log);
        var result = await lease.HoldAsync(token => retention.RunAsync(hosts, token), _limits.Lease, cancellationToken);

        if (CustomRetention.FoundNoRepository(inputs, Stats(inputs.Target), result))
        {
            await recorder.WriteAsync(s => s.With(CustomRetention.LeftToSidecar(CustomRetention.NotRestics, time.Now())), cancellationToken);
            return;
        }

        await report.WriteAsync(RepositoryReport.AfterRetention(result.Forget?.Forget, result.Stats.Stats), cancellationToken);
        await recorder.WriteAsync(s => WithRetention(s, failed, result), cancellationToken);
    }

    private BackupSessionStatus WithRetention(BackupSessionStatus status, List<string> failed, RetentionResult result)
    {
        var now = time.Now();
        var retention = result.Forget switch
        {
            null => SessionConditions.False(
                SessionConditions.RetentionPolicyApplied,
                new NamedFailure(SessionEnd.SkippedRetention, $"left out, because {string.Join(", ", failed)} failed: no snapshot is forgotten then"), now),
            { Outcome: Outcome.Succeeded } done => SessionConditions.True(
                SessionConditions.RetentionPolicyApplied, "Applied",
                FormattableString.Invariant($"{done.Forget?.Kept ?? 0} snapshots kept, {done.Forget?.Removed ?? 0} removed"), now),
            var other => SessionConditions.False(SessionConditions.RetentionPolicyApplied, HostReport.Failure(other), now),
        };
        var metrics = result.Stats.Outcome == Outcome.Succeeded
            ? SessionConditions.True(SessionConditions.RepositoryMetricsPushed, "Told", "the Repository's status tells size and snapshots", now)
            : SessionConditions.False(SessionConditions.RepositoryMetricsPushed, HostReport.Failure(result.Stats), now);
        return status.With(retention).With(metrics);
    }
}
