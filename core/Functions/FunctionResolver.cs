using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Stash.Core.Api;
using Stash.Core.Validation;

namespace Stash.Core.Functions;

/// <summary>Puts params and variables into a Function; pure.</summary>
public static partial class FunctionResolver
{
    /// <summary>Resolves everything but <c>spec.sidecar</c>, whose variables are known only when the sidecar is woken.</summary>
    /// <param name="function">The Function.</param>
    /// <param name="variables">Variables and params by name, see <see cref="Variables"/>.</param>
    /// <returns>The spec without variables; or what is wrong, with the Function's field paths.</returns>
    public static FunctionResolution Resolve(Function function, IReadOnlyDictionary<string, string> variables)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(variables);
        var json = JsonSerializer.SerializeToNode(function.Spec with { Sidecar = null }, StashJson.Default.FunctionSpec)!;
        var wrong = new List<(string Path, TemplateFault Fault)>();
        var expanded = (JsonObject)TemplateTree.Expand(json, "spec", variables, wrong)!;
        var faults = wrong.ConvertAll(one => new Fault(one.Path, FaultType.Invalid, Word(one.Fault)));
        if (faults.Count == 0 && string.IsNullOrWhiteSpace((string?)expanded["image"]))
        {
            faults.Add(new Fault("spec.image", FaultType.Required, "a Function without an image is no container"));
        }

        return faults.Count > 0
            ? new FunctionResolution(null, faults)
            : new FunctionResolution(expanded.Deserialize(StashJson.Default.FunctionSpec)! with { Sidecar = function.Spec.Sidecar }, []);
    }

    /// <summary>Resolves how a sidecar made from the Function is woken.</summary>
    /// <param name="function">The Function.</param>
    /// <param name="variables">Variables and params by name, those of the session among them.</param>
    /// <param name="faults">What is wrong, with the Function's field paths.</param>
    /// <returns>The signal without variables; null where the Function has none, or there are faults.</returns>
    public static SidecarSignal? ResolveSignal(Function function, IReadOnlyDictionary<string, string> variables, out IReadOnlyList<Fault> faults)
    {
        ArgumentNullException.ThrowIfNull(function);
        ArgumentNullException.ThrowIfNull(variables);
        faults = [];
        if (function.Spec.Sidecar?.Signal is not { } signal)
        {
            return null;
        }

        var wrong = new List<(string Path, TemplateFault Fault)>();
        var json = JsonSerializer.SerializeToNode(signal, StashJson.Default.SidecarSignal)!;
        var expanded = TemplateTree.Expand(json, "spec.sidecar.signal", variables, wrong)!;
        faults = wrong.ConvertAll(one => new Fault(one.Path, FaultType.Invalid, one.Fault.Message));
        return faults.Count > 0 ? null : expanded.Deserialize(StashJson.Default.SidecarSignal);
    }

    /// <summary>Names of the variables in a Function's strings, <c>spec.sidecar</c> included: a param that is none of them is of no use.</summary>
    public static IReadOnlySet<string> Uses(Function function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return Uses(JsonSerializer.SerializeToNode(function.Spec, StashJson.Default.FunctionSpec));
    }

    /// <summary>Names of the variables in a piece of JSON.</summary>
    public static IReadOnlySet<string> Uses(JsonNode? json)
    {
        var text = json?.ToJsonString() ?? "";
        return Reference().Matches(text).Select(match => match.Groups["name"].Value).ToHashSet(StringComparer.Ordinal);
    }

    private static string Word(TemplateFault fault) => fault.Variable is { } name && Variables.OfSession.Contains(name)
        ? $"variable {name} is known only while a session runs: a sidecar's Function uses it in spec.sidecar.signal"
        : fault.Message;

    // After an even number of dollars: an odd one begins with $$, which is a dollar.
    [GeneratedRegex(@"(?<!\$)(?:\$\$)*\$\{(?<name>[A-Za-z_][A-Za-z0-9_]*)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Reference();
}

/// <summary>A Function with its variables resolved.</summary>
/// <param name="Spec">The spec; null when <paramref name="Faults"/> is not empty.</param>
/// <param name="Faults">What is wrong, with the Function's field paths.</param>
public sealed record FunctionResolution(FunctionSpec? Spec, IReadOnlyList<Fault> Faults);
