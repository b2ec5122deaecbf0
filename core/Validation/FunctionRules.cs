using Stash.Core.Api;

namespace Stash.Core.Validation;

/// <summary>A Function by name, with params.</summary>
internal static class FunctionRules
{
    public static void Check(FunctionCall call, FieldPath field, ConfigSurroundings surroundings, Findings findings)
    {
        var name = field["functionName"];
        if (NameRules.CheckName(call.FunctionName, name, findings)
            && surroundings.FunctionNames is { } names
            && !names.Contains(call.FunctionName!, StringComparer.Ordinal))
        {
            findings.NotFound(name, "Function", call.FunctionName!, names, surroundings.AllowMissing);
        }

        if (call.Params?.ContainsKey("") == true)
        {
            findings.Invalid(field["params"], "", "a param must have a name");
        }
    }
}
