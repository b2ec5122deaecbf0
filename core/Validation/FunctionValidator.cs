using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Functions;

namespace Stash.Core.Validation;

/// <summary>Judges a Function: whether a container can be made of it. Pure. A string with variables is judged by its form alone.</summary>
public static class FunctionValidator
{
    /// <summary>Collects every fault and warning.</summary>
    public static ValidationResult Validate(Function function)
    {
        ArgumentNullException.ThrowIfNull(function);
        var findings = new Findings();
        var (spec, field) = (function.Spec, FieldPath.Spec);
        CheckTemplates(function, findings);
        if (string.IsNullOrWhiteSpace(spec.Image))
        {
            findings.Required(field["image"], "a Function is a container's definition, and none starts without an image");
        }
        else if (spec.Image.Any(char.IsWhiteSpace) && !HasVariable(spec.Image))
        {
            findings.Invalid(field["image"], spec.Image, "must not hold white space");
        }

        CheckWords(spec.Command, field["command"], findings);
        CheckPath(spec.WorkingDir, field["workingDir"], findings);
        CheckPorts(spec.Ports ?? [], field["ports"], findings);
        ContainerRules.CheckMounts(spec.VolumeMounts ?? [], field["volumeMounts"], "mountPath", findings);
        ContainerRules.CheckMounts(spec.VolumeDevices ?? [], field["volumeDevices"], "devicePath", findings);
        RuntimeRules.CheckSettings(spec.RuntimeSettings, field["runtimeSettings"], findings);
        var settings = field["runtimeSettings"]["container"];
        ContainerRules.CheckProbe(spec.RuntimeSettings?.Container?.LivenessProbe, settings["livenessProbe"], findings);
        ContainerRules.CheckProbe(spec.RuntimeSettings?.Container?.ReadinessProbe, settings["readinessProbe"], findings);
        CheckSignal(spec.Sidecar?.Signal, field["sidecar"]["signal"], findings);
        return findings.ToResult();
    }

    /// <summary>Whether a text holds a variable, so that what it will be is not known yet.</summary>
    internal static bool HasVariable(string text) => text.Contains("${", StringComparison.Ordinal);

    private static void CheckTemplates(Function function, Findings findings)
    {
        var json = JsonSerializer.SerializeToNode(function.Spec, StashJson.Default.FunctionSpec);
        var faults = new List<(string Path, TemplateFault Fault)>();
        TemplateTree.Expand(json, "spec", FunctionResolver.Uses(function).ToDictionary(name => name, _ => ""), faults);
        foreach (var (path, fault) in faults)
        {
            findings.Add(new Fault(path, FaultType.Invalid, fault.Message));
        }
    }

    private static void CheckWords(IReadOnlyList<string>? words, FieldPath field, Findings findings)
    {
        if (words is [var first, ..] && string.IsNullOrWhiteSpace(first))
        {
            findings.Invalid(field[0], first, "must be a program: no shell runs it unless it is one");
        }
    }

    private static void CheckPath(string? path, FieldPath field, Findings findings)
    {
        if (path is { Length: > 0 } && !HasVariable(path) && PathForm.FaultOfAbsolute(path) is { } fault)
        {
            findings.Invalid(field, path, fault);
        }
    }

    private static void CheckPorts(JsonArray ports, FieldPath field, Findings findings)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < ports.Count; i++)
        {
            var port = ports[i] as JsonObject;
            if (port?["containerPort"]?.GetValueKind() != JsonValueKind.Number)
            {
                findings.Required(field[i]["containerPort"], "a number from 1 to 65535");
            }
            else
            {
                HttpRules.CheckPort(port["containerPort"], field[i]["containerPort"], findings);
            }

            if (port?["name"] is JsonValue value && value.TryGetValue<string>(out var name) && !HasVariable(name))
            {
                if (!NameRules.IsPortName(name))
                {
                    findings.Invalid(field[i]["name"], name, "must be at most 15 lower case letters, digits and single hyphens, one letter at least");
                }
                else if (!names.Add(name))
                {
                    findings.Duplicate(field[i]["name"], name);
                }
            }
        }
    }

    private static void CheckSignal(SidecarSignal? signal, FieldPath field, Findings findings)
    {
        if (signal is null)
        {
            return;
        }

        if (signal.Exec is not null && signal.HttpPost is not null)
        {
            findings.Forbidden(field["httpPost"], "may not be set together with exec: a sidecar is woken in one way");
        }
        else if (signal.Exec is null && signal.HttpPost is null)
        {
            findings.Required(field, "set exec or httpPost, or leave signal out for images that carry stash-runner");
        }

        if (signal.Exec is { } exec && exec.Command is not { Count: > 0 })
        {
            findings.Required(field["exec"]["command"], "the program and its arguments");
        }

        CheckWords(signal.Exec?.Command, field["exec"]["command"], findings);
        HttpRules.CheckPost(signal.HttpPost, field["httpPost"], findings);
    }
}
