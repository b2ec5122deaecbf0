using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Signals;
using Stash.Core.Tasks;
using Stash.Runner.Jobs;
using Stash.Runner.Run;

namespace Stash.Runner.Tasks;

/// <summary>Has a config's Task back up in a Job, and its kind of Job work on a repository that this runner cannot reach.</summary>
internal sealed class TaskBackup(
    IKubernetesClient client, Inputs inputs, BackupSession session, DateTimeOffset deadline, RunSettings settings, TimeProvider time, ILogger log)
{
    private readonly JobRun _jobs = new(client, settings.Namespace, time, settings.Limits.Task, log);
    private readonly TaskInputs _task = inputs.Task!;

    /// <summary>restic's host name of what a Task backs up: Stash's rule for targets without pods of their own.</summary>
    public static string HostName(BackupConfiguration config) => Stash.Core.Restic.HostNames.Of("", null, null, config.Spec.Target?.Alias)!;

    /// <summary>Plans without making anything, so that what is wrong is told before a hook has run.</summary>
    /// <param name="order">What is to be backed up.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Name of the Job.</returns>
    /// <exception cref="RunFailureException">A Function is missing or unusable, or what is to be mounted does not exist.</exception>
    public async Task<string> PrepareAsync(SignalRequest order, CancellationToken cancellationToken) =>
        JobOf(TaskPlanner.Make(await RunOfAsync(order, cancellationToken), _task.Task, _task.Functions)).Name();

    /// <summary>Backs up.</summary>
    /// <param name="order">What is backed up.</param>
    /// <param name="cancellationToken">Leaves the Job alone: it works on, and another attempt takes it on.</param>
    /// <exception cref="RunFailureException">No Job can be made.</exception>
    public async Task<SignalResult> BackUpAsync(SignalRequest order, CancellationToken cancellationToken) =>
        await ExecuteAsync(TaskPlanner.Make(await RunOfAsync(order, cancellationToken), _task.Task, _task.Functions), order, cancellationToken);

    /// <summary>Carries out retention or statistics in a Job with the runner's own image, where the repository is on a volume.</summary>
    /// <param name="order">What is done.</param>
    /// <param name="cancellationToken">Leaves the Job alone.</param>
    /// <exception cref="RunFailureException">The runner does not know its image, or no Job can be made.</exception>
    public async Task<SignalResult> MaintainAsync(SignalRequest order, CancellationToken cancellationToken)
    {
        var image = settings.Image ?? throw new RunFailureException(
            FailureCodes.NotSupported, "this runner was not told its own image, which works on the repository's volume: the CronJob is of an earlier version, and sync renews it");
        var plan = TaskPlanner.Maintain(await RunOfAsync(order, cancellationToken), _task.Task, _task.Functions, image, settings.ImagePullPolicy);
        return await ExecuteAsync(plan, order, cancellationToken);
    }

    private async Task<TaskRun> RunOfAsync(SignalRequest order, CancellationToken cancellationToken) => new()
    {
        Config = inputs.Config,
        Repository = inputs.Repository,
        Session = session.Metadata.Name ?? "",
        SessionUid = session.Metadata.Uid ?? "",
        Host = HostName(inputs.Config),
        Seconds = (long)Math.Ceiling((deadline - time.GetUtcNow()).TotalSeconds),
        Order = order,
        Node = await new ClaimNodes(client, settings.Namespace).FindAsync(inputs.Config, inputs.Repository, cancellationToken),
    };

    private async Task<SignalResult> ExecuteAsync(TaskPlan plan, SignalRequest order, CancellationToken cancellationToken)
    {
        var wanted = JobOf(plan);
        var (began, start) = (time.GetTimestamp(), time.GetUtcNow());
        if (plan.Claim is { } claim)
        {
            await EnsureAsync(claim, cancellationToken);
        }

        var job = await RefusedByNameAsync(() => _jobs.EnsureAsync(wanted, cancellationToken));
        var end = await _jobs.WaitAsync(job, deadline, cancellationToken);
        return TaskEnd.Result(order, wanted.Name(), end, start, time.GetElapsedTime(began));
    }

    /// <summary>The interim claim is of the session; one of its name is of an earlier attempt.</summary>
    private async Task EnsureAsync(JsonObject claim, CancellationToken cancellationToken)
    {
        try
        {
            await RefusedByNameAsync(() => client.CreateAsync(ResourceTypes.PersistentVolumeClaims, settings.Namespace, claim, null, cancellationToken));
        }
        catch (KubernetesException there) when (there.StatusCode == HttpStatusCode.Conflict)
        {
        }
    }

    private async Task<JsonObject> RefusedByNameAsync(Func<Task<JsonObject>> make)
    {
        try
        {
            return await make();
        }
        catch (KubernetesException refused) when (refused.StatusCode is HttpStatusCode.UnprocessableEntity or HttpStatusCode.BadRequest)
        {
            throw new RunFailureException(
                new NamedFailure(TaskFaults.TaskUnusable, $"no Job can be made of Task {_task.Task.Metadata.Name}: {refused.Message}"), refused);
        }
        catch (KubernetesException refused) when (refused.StatusCode is HttpStatusCode.Forbidden)
        {
            throw new RunFailureException(
                new NamedFailure(FailureCodes.ApiRefused, $"the Job of Task {_task.Task.Metadata.Name} may not be made: {refused.Message}"), refused);
        }
    }

    private static JsonObject JobOf(TaskPlan plan) => plan.Job ?? throw new RunFailureException(plan.Fault!.Code, plan.Fault.Message);
}
