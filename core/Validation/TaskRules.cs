using Stash.Core.Api;
using Stash.Core.Functions;

namespace Stash.Core.Validation;

/// <summary><c>spec.task</c>: a Task that exists, and whose Functions can be resolved with the config's params.</summary>
internal static class TaskRules
{
    private const string Order = "Tasks are cluster-scoped: kubectl get tasks.stash.appscode.com; of one kubectl apply, put it first or apply again";

    public static void Check(
        TaskReference call, ConfigSurroundings surroundings, IReadOnlyDictionary<string, string> variables, Findings findings)
    {
        var field = FieldPath.Spec["task"];
        findings.Warn(field, "Tasks are not run by this version: nothing is backed up");
        FunctionRules.CheckParamNames(call.Params, field["params"], findings);
        if (!NameRules.CheckName(call.Name, field["name"], findings) || surroundings.Tasks is not { } tasks)
        {
            return;
        }

        if (tasks.FirstOrDefault(one => one.Metadata.Name == call.Name) is not { } task)
        {
            FunctionRules.NotFound(field["name"], TaskDefinition.KindName, call.Name!, tasks.Select(one => one.Metadata.Name ?? ""), Order, surroundings.AllowMissing, findings);
            return;
        }

        var verdict = TaskValidator.Validate(task, surroundings.Functions, surroundings.AllowMissing);
        if (!verdict.IsValid)
        {
            findings.Invalid(field["name"], call.Name!, $"no Job can be made of this Task: {string.Join("; ", verdict.Faults.Take(3))}");
            return;
        }

        CheckParams(call, task, surroundings.Functions ?? [], variables, field, findings);
    }

    private static void CheckParams(
        TaskReference call, TaskDefinition task, IReadOnlyList<Function> functions, IReadOnlyDictionary<string, string> variables, FieldPath field, Findings findings)
    {
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in task.Spec.Steps!)
        {
            if (functions.FirstOrDefault(one => one.Metadata.Name == step.Name) is not { } function)
            {
                return;
            }

            used.UnionWith(FunctionResolver.Uses(function));
            foreach (var fault in FunctionResolver.Resolve(function, variables.With(step.Params, call.Params)).Faults)
            {
                findings.Invalid(field["name"], call.Name!, $"Function {step.Name}: {fault.Field}: {fault.Detail}");
            }
        }

        foreach (var unknown in (call.Params ?? new Dictionary<string, string>()).Keys.Where(param => param.Length > 0 && !used.Contains(param)))
        {
            findings.Warn(field["params"].Key(unknown), $"no Function of Task {call.Name} has a variable of this name");
        }
    }
}
