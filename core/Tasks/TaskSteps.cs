using Stash.Core.Api;
using Stash.Core.Functions;
using Stash.Core.Validation;

namespace Stash.Core.Tasks;

/// <summary>A step of a Task as a container's definition.</summary>
/// <param name="Name">Name of the container.</param>
/// <param name="Spec">The Function's spec without variables, the config's settings laid over its own.</param>
internal sealed record TaskContainer(string Name, FunctionSpec Spec);

/// <summary>Resolves the steps of a Task; pure.</summary>
internal static class TaskSteps
{
    private const int LongestName = 63;

    /// <summary>The containers in their order; or the first fault.</summary>
    public static (IReadOnlyList<TaskContainer>? Steps, TaskFault? Fault) Resolve(
        TaskDefinition task, IReadOnlyList<Function> functions, IReadOnlyDictionary<string, string> variables, BackupConfiguration config)
    {
        if (task.Spec.Steps is not { Count: > 0 } steps)
        {
            return (null, new TaskFault(TaskFaults.TaskUnusable, $"Task {task.Metadata.Name} has no steps: name at least one Function in spec.steps"));
        }

        var containers = new List<TaskContainer>();
        foreach (var step in steps)
        {
            if (functions.FirstOrDefault(f => f.Metadata.Name == step.Name) is not { } function)
            {
                var near = NearestName.Hint(step.Name ?? "", functions.Select(f => f.Metadata.Name ?? ""));
                return (null, new TaskFault(
                    TaskFaults.FunctionNotFound, $"Task {task.Metadata.Name} needs Function {step.Name}, which does not exist {near}; see: kubectl get functions".Replace("  ", " ", StringComparison.Ordinal)));
            }

            IReadOnlyList<Fault> faults = FunctionValidator.Validate(function).Faults;
            var resolution = faults.Count > 0 ? new FunctionResolution(null, faults) : FunctionResolver.Resolve(function, variables.With(step.Params, config.Spec.Task?.Params));
            if (resolution.Spec is not { } spec)
            {
                return (null, new TaskFault(
                    TaskFaults.FunctionUnusable, $"no container can be made of Function {step.Name}: {string.Join("; ", resolution.Faults.Take(3))}"));
            }

            containers.Add(new TaskContainer(
                NameOf(step.Name!, containers), spec with { RuntimeSettings = StepSettings.Over(spec.RuntimeSettings, config.Spec.RuntimeSettings) }));
        }

        return (containers, null);
    }

    /// <summary>A Function's name as a container's: no dots, at most 63 characters, and its own in the pod.</summary>
    private static string NameOf(string function, List<TaskContainer> before)
    {
        var label = function.Replace('.', '-');
        var name = label.Length <= LongestName ? label : label[..LongestName].TrimEnd('-');
        for (var number = 2; before.Exists(b => b.Name == name); number++)
        {
            var suffix = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"-{number}");
            name = label[..Math.Min(label.Length, LongestName - suffix.Length)] + suffix;
        }

        return name;
    }
}
