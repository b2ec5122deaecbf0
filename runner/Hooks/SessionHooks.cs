using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Hooks;
using Stash.Core.Kubernetes;
using Stash.Core.Validation;
using Stash.Runner.Logging;
using Stash.Runner.Run;

namespace Stash.Runner.Hooks;

/// <summary>A session's hooks: each is recorded before and after it runs, so that one that ended is not run again and one that was cut off is.</summary>
internal sealed class SessionHooks(IKubernetesClient client, RunSettings settings, TimeProvider time, ILogger log, ISessionRecord recorder)
{
    private const string PreBackup = "preBackup";
    private const string PostBackup = "postBackup";
    private const int LongestMessage = 3000;
    private readonly HookRun _run = new(client, settings, time, log);
    private readonly ExecutorRun _executors = new(client, settings, time, log);

    /// <summary>Runs the preBackup hook, unless it ran already.</summary>
    /// <param name="config">The config, valid.</param>
    /// <param name="pods">Names of the pods that are about to be backed up.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RunFailureException">It failed, now or earlier: nothing may be backed up.</exception>
    public async Task PreAsync(BackupConfiguration config, IReadOnlyList<string> pods, CancellationToken cancellationToken)
    {
        if (config.Spec.Hooks?.PreBackup is not { } hook)
        {
            return;
        }

        const string Type = SessionConditions.PreBackupHookExecutionSucceeded;
        var target = TargetOf(config);
        if (HookRecord.IsDone(recorder.Status, target, Type))
        {
            HookRecord.ThrowIfFailed(recorder.Status, target);
            return;
        }

        // An earlier attempt may have locked other pods than this one would.
        var known = HookRecord.Pods(recorder.Status, target).Union(pods, StringComparer.Ordinal).ToList();
        await RunAsync(config, hook, PreBackup, Type, known, Summary(target, Phase.Running, null), cancellationToken);
        HookRecord.ThrowIfFailed(recorder.Status, target);
    }

    /// <summary>Runs the postBackup hook, unless it ran already or its policy says otherwise. It has its own time, whatever the session's deadline.</summary>
    /// <param name="config">The config, readable.</param>
    /// <param name="failure">Why the session failed beside its hosts; null where it did not.</param>
    /// <param name="pods">Names of the pods that were backed up; may be none.</param>
    public async Task PostAsync(BackupConfiguration config, NamedFailure? failure, IReadOnlyList<string> pods)
    {
        const string Type = SessionConditions.PostBackupHookExecutionSucceeded;
        var target = TargetOf(config);
        if (config.Spec.Hooks?.PostBackup is not { } hook || HookRecord.IsDone(recorder.Status, target, Type))
        {
            return;
        }

        using var budget = new CancellationTokenSource(HookTimeout.Of(hook) + settings.Limits.AroundHook, time);
        // What a preBackup hook's Job would lock later is not released by anybody.
        if (config.Spec.Hooks.PreBackup?.Executor is not null)
        {
            await _executors.EndAsync(ExecutorJob.Name(recorder.Session, PreBackup, target), budget.Token);
        }

        var told = failure ?? HookRecord.BackupFailure(recorder.Status);
        if (!HookPolicy.Runs(hook.ExecutionPolicy, told is not null))
        {
            var sentence = $"executionPolicy is {hook.ExecutionPolicy}, and the backup {(told is null ? "succeeded" : "failed")}";
            await WriteAsync(target, SessionConditions.True(Type, "NotDue", sentence, time.Now()), null, budget.Token);
            return;
        }

        var before = HookRecord.Pods(recorder.Status, target);
        var summary = Summary(target, told is null ? Phase.Succeeded : Phase.Failed, told);
        await RunAsync(config, hook, PostBackup, Type, before.Count > 0 ? before : pods, summary, budget.Token);
    }

    /// <summary>What the hooks' conditions are about; without a reference where the config has no target.</summary>
    public static TargetReference TargetOf(BackupConfiguration config) => Targets.Of(config) ?? new TargetReference();

    private async Task RunAsync(
        BackupConfiguration config, Hook hook, string name, string type, IReadOnlyList<string> named, HookSummary summary, CancellationToken cancellationToken)
    {
        var target = summary.Target;
        var where = "";
        NamedFailure? failure;
        try
        {
            if (HookValidator.Validate(hook, name) is [_, ..] faults)
            {
                throw new RunFailureException(FailureCodes.ConfigInvalid, string.Join("; ", faults));
            }

            var pods = await _run.PodsAsync(hook, target, named, cancellationToken);
            var names = pods.Select(pod => pod.Name()).ToList();
            var job = ExecutorJob.Name(recorder.Session, name, target);
            where = hook.Executor is not null ? $" in Job {job}" : names.Count > 0 ? $" in {string.Join(", ", names)}" : "";
            await WriteAsync(target, SessionConditions.Unknown(type, $"{name} runs{where}", time.Now()), names, cancellationToken);
            log.HookBegins(name, where);
            var rendered = HookTemplates.Render(hook, summary);
            failure = hook.Executor is null
                ? await _run.RunAsync(rendered, pods, cancellationToken)
                : await _executors.RunAsync(rendered, job, config, recorder.Session, cancellationToken);
        }
        catch (RunFailureException cannot)
        {
            failure = cannot.Failure;
        }

        await WriteAsync(target, Ended(name, type, where, failure), null, cancellationToken);
        if (failure is null)
        {
            log.HookEnded(name);
        }
        else
        {
            log.HookFailed(name, failure.ToString());
        }
    }

    private Condition Ended(string name, string type, string where, NamedFailure? failure) => failure is null
        ? SessionConditions.True(type, Phase.Succeeded, $"{name} ended well{where}", time.Now())
        : SessionConditions.False(type, failure with { Message = Cut(failure.Message) }, time.Now());

    private Task WriteAsync(TargetReference target, Condition condition, IReadOnlyList<string>? pods, CancellationToken cancellationToken) =>
        recorder.WriteAsync(s => HookRecord.With(s, target, condition, pods), cancellationToken);

    private HookSummary Summary(TargetReference target, string phase, NamedFailure? failure) => new()
    {
        Name = recorder.Name,
        Namespace = settings.Namespace,
        Invoker = recorder.Session.Spec.Invoker ?? new InvokerReference(),
        Target = target,
        Phase = phase,
        Duration = SessionStatus.Duration(time.GetUtcNow() - (recorder.Session.Metadata.CreationTimestamp ?? time.GetUtcNow())),
        Error = failure?.ToString() ?? "",
    };

    private static string Cut(string text) => text.Length <= LongestMessage ? text : string.Concat(text.AsSpan(0, LongestMessage - 3), "...");
}
