using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.CronJobs;
using Stash.Core.Functions;

namespace Stash.Core.Tasks;

/// <summary>Turns a config with <c>spec.task</c> into the Job that backs up; pure, and the same for the same session.</summary>
public static class TaskPlanner
{
    /// <summary>The Job of the Task: its last step is the container, those before it are init containers.</summary>
    /// <param name="run">The session.</param>
    /// <param name="task">The Task that the config names.</param>
    /// <param name="functions">The Functions of its steps.</param>
    public static TaskPlan Make(TaskRun run, TaskDefinition task, IReadOnlyList<Function> functions)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(task);
        var variables = VariablesOf(run);
        IReadOnlyList<JsonObject> volumes = [];
        var (steps, fault) = TaskSteps.Resolve(task, functions, variables, run.Config);
        fault ??= TaskVolumes.OfTask(task, variables.With(run.Config.Spec.Task?.Params), out volumes);
        if (fault is not null)
        {
            return new TaskPlan(null, null, fault);
        }

        var name = NameOf(run, "task");
        var claim = InterimClaim.Make(run, name);
        var own = TaskVolumes.Of(run, claim is null ? null : name, forTarget: true);
        return TaskPod.FaultOfMounts(steps!, volumes, own) is { } unmounted
            ? new TaskPlan(null, null, unmounted)
            : new TaskPlan(TaskJob.Wrap(run, name, TaskPod.Template(run, steps!, volumes, own)), claim, null);
    }

    /// <summary>
    /// A Job of the same shape that carries out <see cref="TaskRun.Order"/> (retention, statistics) where the runner cannot reach the
    /// repository: as the user of the Task's last step, so that it may read what that one wrote.
    /// </summary>
    /// <param name="run">The session.</param>
    /// <param name="task">The Task that the config names.</param>
    /// <param name="functions">The Functions of its steps.</param>
    /// <param name="image">Image of the runner.</param>
    /// <param name="pullPolicy">imagePullPolicy of the runner; null leaves Kubernetes' default.</param>
    public static TaskPlan Maintain(TaskRun run, TaskDefinition task, IReadOnlyList<Function> functions, string image, string? pullPolicy)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(task);
        var (steps, fault) = TaskSteps.Resolve(task, functions, VariablesOf(run), run.Config);
        if (fault is not null)
        {
            return new TaskPlan(null, null, fault);
        }

        var settings = steps![^1].Spec.RuntimeSettings;
        var spec = new FunctionSpec
        {
            Image = image,
            Command = ["stash-runner", "perform", run.Order.Verb],
            RuntimeSettings = new RuntimeSettings
            {
                Container = new ContainerRuntimeSettings
                {
                    Resources = settings?.Container?.Resources,
                    SecurityContext = settings?.Container?.SecurityContext,
                    Env = run.Config.Spec.RuntimeSettings?.Container?.Env,
                    EnvFrom = run.Config.Spec.RuntimeSettings?.Container?.EnvFrom,
                },
                Pod = settings?.Pod,
            },
        };
        var name = NameOf(run, run.Order.Verb);
        var template = TaskPod.Template(run, [new TaskContainer(run.Order.Verb, spec)], [], TaskVolumes.Of(run, interimClaim: null, forTarget: false));
        if (pullPolicy is { Length: > 0 })
        {
            template["spec"]!["containers"]![0]!["imagePullPolicy"] = pullPolicy;
        }

        return new TaskPlan(TaskJob.Wrap(run, name, template), null, null);
    }

    /// <summary>One Job for each attempt at an order: attempts differ in the order's session, the members of a batch in their hosts.</summary>
    private static string NameOf(TaskRun run, string what)
    {
        var attempt = run.Order.Session == run.Session ? run.SessionUid : $"{run.SessionUid}/{run.Order.Session}";
        return ObjectNames.OfSession(what, run.Config.Metadata.Name ?? "", run.Config.Kind == BackupBatch.KindName ? $"{attempt}/{run.Host}" : attempt);
    }

    private static IReadOnlyDictionary<string, string> VariablesOf(TaskRun run) =>
        Variables.Of(run.Config, run.Repository).With(Variables.Hostname, run.Host).With(Variables.BackupSession, run.Session);
}
