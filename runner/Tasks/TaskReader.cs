using System.Net;
using Stash.Core.Api;
using Stash.Core.Functions;
using Stash.Core.Kubernetes;
using Stash.Core.Tasks;
using Stash.Core.Validation;
using Stash.Runner.Run;

namespace Stash.Runner.Tasks;

/// <summary>The Task of a session, and those of the Functions of its steps that exist.</summary>
/// <param name="Task">The Task.</param>
/// <param name="Functions">The Functions.</param>
internal sealed record TaskInputs(TaskDefinition Task, IReadOnlyList<Function> Functions);

/// <summary>Reads the Task that a config names, and its Functions.</summary>
internal sealed class TaskReader(IKubernetesClient client)
{
    /// <summary>Reads them; a Function that is missing is told when the Job is planned.</summary>
    /// <exception cref="RunFailureException">There is no such Task, it cannot be read, or this runner may not know it.</exception>
    public async Task<TaskInputs> ReadAsync(TaskReference call, CancellationToken cancellationToken)
    {
        try
        {
            var json = await client.FindAsync(ResourceTypes.Tasks, null, call.Name ?? "", cancellationToken) ?? throw new RunFailureException(
                TaskFaults.TaskNotFound, $"there is no Task {call.Name}; Tasks are cluster-scoped, see: kubectl get tasks.stash.appscode.com");
            var outcome = ObjectReader.Read(json, StashJson.Default.TaskDefinition);
            var task = outcome.Value ?? throw Unusable(call, outcome.Faults);
            var functions = new List<Function>();
            foreach (var name in (task.Spec.Steps ?? []).Select(step => step.Name).OfType<string>().Distinct(StringComparer.Ordinal))
            {
                if (await client.FindAsync(ResourceTypes.Functions, null, name, cancellationToken) is { } function)
                {
                    functions.Add(FunctionCalls.Read(function));
                }
            }

            var verdict = TaskValidator.Validate(task);
            return verdict.IsValid ? new TaskInputs(task, functions) : throw Unusable(call, verdict.Faults);
        }
        catch (KubernetesException refused) when (refused.StatusCode is HttpStatusCode.Forbidden)
        {
            throw new RunFailureException(
                new NamedFailure(FailureCodes.ApiRefused, $"Task {call.Name} and its Functions may not be read: {refused.Message}; bind ClusterRole stash-functions to this service account"), refused);
        }
    }

    private static RunFailureException Unusable(TaskReference call, IReadOnlyList<Fault> faults) =>
        new(TaskFaults.TaskUnusable, $"no Job can be made of Task {call.Name}: {string.Join("; ", faults.Take(5))}");
}
