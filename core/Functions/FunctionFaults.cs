using Stash.Core.Validation;

namespace Stash.Core.Functions;

/// <summary>Names what is wrong with a config that is right by itself, and whose Functions are not: reasons of conditions, Events and failures.</summary>
public static class FunctionFaults
{
    /// <summary>A Function, or a Task, that the config names does not exist.</summary>
    public const string NotFound = "FunctionNotFound";

    /// <summary>No container can be made of a Function that the config names: it breaks a rule, or a variable has no value.</summary>
    public const string Unusable = "FunctionUnusable";

    /// <summary>The name for the faults that come with the Functions.</summary>
    public static string Code(IReadOnlyList<Fault> faults) => faults.Any(fault => fault.Type == FaultType.NotFound) ? NotFound : Unusable;
}
