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

    /// <summary>What Functions get as one variable, separated by commas, can hold none itself.</summary>
    public static void CheckLists(BackupTarget target, FieldPath field, Findings findings)
    {
        foreach (var (name, words) in new[] { ("paths", target.Paths), ("exclude", target.Exclude), ("args", target.Args) })
        {
            for (var i = 0; i < (words?.Count ?? 0); i++)
            {
                if (words![i]?.Contains(',', StringComparison.Ordinal) == true)
                {
                    findings.Invalid(field[name][i], words[i], "must not have a comma with spec.task: Functions get the list in one variable, separated by commas");
                }
            }
        }
    }

    private static void CheckParams(
        TaskReference call, TaskDefinition task, IReadOnlyList<Function> functions, IReadOnlyDictionary<string, string> variables, FieldPath field, Findings findings)
    {
        var used = new HashSet<string>(FunctionResolver.Uses(task.Spec.Volumes), StringComparer.Ordinal);
        var wrong = new List<(string Path, TemplateFault Fault)>();
        TemplateTree.Expand(task.Spec.Volumes, "spec.volumes", variables.With(call.Params), wrong);
        foreach (var (path, fault) in wrong)
        {
            findings.Invalid(field["name"], call.Name!, $"{path}: {fault.Message}");
        }

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
            findings.Warn(field["params"].Key(unknown), $"neither Task {call.Name} nor a Function of it has a variable of this name");
        }
    }
}
