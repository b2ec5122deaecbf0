using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.Validation;

/// <summary>Judges a Task: steps that exist, and volumes with names of their own. Pure.</summary>
public static class TaskValidator
{
    /// <summary>Collects every fault and warning.</summary>
    /// <param name="task">The Task.</param>
    /// <param name="functions">The Functions of the cluster; null when they were not looked up.</param>
    /// <param name="allowMissing">Missing Functions become warnings.</param>
    public static ValidationResult Validate(TaskDefinition task, IReadOnlyList<Function>? functions = null, bool allowMissing = false)
    {
        ArgumentNullException.ThrowIfNull(task);
        var findings = new Findings();
        var steps = FieldPath.Spec["steps"];
        if (task.Spec.Steps is not { Count: > 0 })
        {
            findings.Required(steps, "name at least one Function: the last step is the Job's container");
        }

        for (var i = 0; i < (task.Spec.Steps?.Count ?? 0); i++)
        {
            var step = task.Spec.Steps![i];
            FunctionRules.CheckExists(step.Name, steps[i]["name"], functions, allowMissing, findings);
            FunctionRules.CheckParamNames(step.Params, steps[i]["params"], findings);
        }

        CheckVolumes(task.Spec.Volumes ?? [], FieldPath.Spec["volumes"], findings);
        return findings.ToResult();
    }

    private static void CheckVolumes(JsonArray volumes, FieldPath field, Findings findings)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < volumes.Count; i++)
        {
            var name = volumes[i] is JsonObject volume && volume["name"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
            if (name.Length == 0)
            {
                findings.Required(field[i]["name"]);
            }
            else if (!FunctionValidator.HasVariable(name) && !NameRules.IsLabel(name))
            {
                findings.Invalid(field[i]["name"], name, NameRules.LabelForm);
            }
            else if (!names.Add(name))
            {
                findings.DuplicateKey(field[i], "name", name);
            }
        }
    }
}
