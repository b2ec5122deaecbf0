using System.Text.Json.Nodes;

namespace Stash.Core.Validation;

/// <summary>Parts of a core/v1 Container that a Function passes on.</summary>
internal static class ContainerRules
{
    private static readonly string[] Handlers = ["exec", "httpGet", "tcpSocket", "grpc"];

    /// <summary>Mounts and devices: a volume's name and an absolute path of its own.</summary>
    public static void CheckMounts(JsonArray mounts, FieldPath field, string pathField, Findings findings)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < mounts.Count; i++)
        {
            var mount = mounts[i] as JsonObject;
            if (Text(mount?["name"]) is not { Length: > 0 } name)
            {
                findings.Required(field[i]["name"], "the name of a volume of the pod");
            }
            else if (!FunctionValidator.HasVariable(name) && !NameRules.IsLabel(name))
            {
                findings.Invalid(field[i]["name"], name, NameRules.LabelForm);
            }

            if (Text(mount?[pathField]) is not { Length: > 0 } path)
            {
                findings.Required(field[i][pathField]);
            }
            else if (!FunctionValidator.HasVariable(path) && PathForm.FaultOfAbsolute(path) is { } fault)
            {
                findings.Invalid(field[i][pathField], path, fault);
            }
            else if (!FunctionValidator.HasVariable(path) && PathForm.ReservedNear(path) is { } own)
            {
                findings.Invalid(field[i][pathField], path, $"would cover {own}, which is Stash's own");
            }
            else if (!paths.Add(path))
            {
                findings.DuplicateKey(field[i], pathField, path);
            }
        }
    }

    /// <summary>A probe has one handler.</summary>
    public static void CheckProbe(JsonObject? probe, FieldPath field, Findings findings)
    {
        if (probe is null)
        {
            return;
        }

        var given = Handlers.Where(probe.ContainsKey).ToArray();
        if (given.Length == 0)
        {
            findings.Required(field, $"set one of {string.Join(", ", Handlers)}");
        }

        foreach (var further in given.Skip(1))
        {
            findings.Forbidden(field[further], $"may not be set together with {given[0]}: a probe has one handler");
        }
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
