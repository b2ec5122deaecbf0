using Stash.Core.Api;
using Stash.Core.Functions;

namespace Stash.Core.Validation;

/// <summary>A Function by name, with params: it exists, a container can be made of it, and its variables have values.</summary>
internal static class FunctionRules
{
    private const string Order = "Functions are cluster-scoped: kubectl get functions; of one kubectl apply, put it first or apply again";

    /// <summary>Judges a call.</summary>
    /// <param name="call">The call.</param>
    /// <param name="field">Its path.</param>
    /// <param name="surroundings">What exists.</param>
    /// <param name="variables">Variables that have values where the call is made; params come on top.</param>
    /// <param name="findings">Gets what is wrong.</param>
    public static void Check(
        FunctionCall call, FieldPath field, ConfigSurroundings surroundings, IReadOnlyDictionary<string, string> variables, Findings findings)
    {
        CheckParamNames(call.Params, field["params"], findings);
        if (CheckExists(call.FunctionName, field["functionName"], surroundings.Functions, surroundings.AllowMissing, findings) is { } function)
        {
            CheckUse(function, field["functionName"], field["params"], call.Params, variables, findings);
        }
    }

    /// <summary>Judges the call of a custom sidecar: what it is made from is known when a pod is admitted, how it is woken when a session runs.</summary>
    public static void CheckSidecar(
        FunctionCall call, FieldPath field, ConfigSurroundings surroundings, IReadOnlyDictionary<string, string> variables, Findings findings)
    {
        CheckParamNames(call.Params, field["params"], findings);
        if (CheckExists(call.FunctionName, field["functionName"], surroundings.Functions, surroundings.AllowMissing, findings) is not { } function)
        {
            return;
        }

        CheckUse(function, field["functionName"], field["params"], call.Params, variables.With(Variables.Hostname, ""), findings);
        FunctionResolver.ResolveSignal(function, variables.InSession().With(call.Params), out var faults);
        foreach (var fault in faults)
        {
            findings.Invalid(field["functionName"], call.FunctionName!, $"{fault.Field}: {fault.Detail}");
        }
    }

    /// <summary>A name, and a Function of that name that a container can be made of; null when there is none, or none was looked up.</summary>
    public static Function? CheckExists(
        string? name, FieldPath field, IReadOnlyList<Function>? functions, bool allowMissing, Findings findings)
    {
        if (!NameRules.CheckName(name, field, findings) || functions is null)
        {
            return null;
        }

        var found = functions.FirstOrDefault(one => one.Metadata.Name == name);
        if (found is null)
        {
            NotFound(field, Function.KindName, name!, functions.Select(one => one.Metadata.Name ?? ""), Order, allowMissing, findings);
            return null;
        }

        var verdict = FunctionValidator.Validate(found);
        if (!verdict.IsValid)
        {
            findings.Invalid(field, name!, $"no container can be made of this Function: {string.Join("; ", verdict.Faults.Take(3))}");
        }

        return verdict.IsValid ? found : null;
    }

    /// <summary>Every variable of the Function has a value, and every param is one of its variables.</summary>
    public static void CheckUse(
        Function function, FieldPath name, FieldPath field, IReadOnlyDictionary<string, string>? given, IReadOnlyDictionary<string, string> variables, Findings findings)
    {
        var resolution = FunctionResolver.Resolve(function, variables.With(given));
        foreach (var fault in resolution.Faults)
        {
            findings.Invalid(name, function.Metadata.Name ?? "", $"{fault.Field}: {fault.Detail}");
        }

        var uses = FunctionResolver.Uses(function);
        foreach (var unknown in (given ?? new Dictionary<string, string>()).Keys.Where(param => param.Length > 0 && !uses.Contains(param)))
        {
            findings.Warn(field.Key(unknown), $"Function {function.Metadata.Name} has no variable of this name");
        }
    }

    /// <summary>No param without a name.</summary>
    public static void CheckParamNames(IReadOnlyDictionary<string, string>? given, FieldPath field, Findings findings)
    {
        if (given?.ContainsKey("") == true)
        {
            findings.Invalid(field, "", "a param must have a name");
        }
    }

    /// <summary>A name that nothing has; the nearest, and what to do where it comes with the same apply.</summary>
    public static void NotFound(
        FieldPath field, string kind, string name, IEnumerable<string> existing, string remedy, bool allowMissing, Findings findings)
    {
        if (allowMissing || NearestName.Find(name, existing) is not null)
        {
            findings.NotFound(field, kind, name, existing, allowMissing);
            return;
        }

        findings.Add(new Fault(field.Text, FaultType.NotFound, $"({remedy})", name));
    }
}
