namespace Stash.Core.Validation;

/// <summary>The kinds of fault, worded as Kubernetes does (apimachinery pkg/util/validation/field).</summary>
public enum FaultType
{
    /// <summary>A value is missing: <c>Required value</c>.</summary>
    Required,

    /// <summary>A value is wrong: <c>Invalid value</c>.</summary>
    Invalid,

    /// <summary>A value is right by itself but not here: <c>Forbidden</c>.</summary>
    Forbidden,

    /// <summary>Something that is named does not exist: <c>Not found</c>.</summary>
    NotFound,

    /// <summary>A value is not among those known: <c>Unsupported value</c>.</summary>
    NotSupported,

    /// <summary>A value stands twice: <c>Duplicate value</c>.</summary>
    Duplicate,

    /// <summary>A list is too long: <c>Too many</c>.</summary>
    TooMany,
}

/// <summary>One thing that is wrong with an object.</summary>
/// <param name="Field">Path of the field, for example <c>spec.target.paths[0]</c>.</param>
/// <param name="Type">What kind of fault.</param>
/// <param name="Detail">What is wrong and what to do.</param>
/// <param name="BadValue">The value, where showing it helps; never a secret.</param>
public sealed record Fault(string Field, FaultType Type, string Detail, string? BadValue = null);

/// <summary>All that is wrong, and all that is risky, with an object.</summary>
/// <param name="Faults">What forbids it; empty when it is valid.</param>
/// <param name="Warnings">Legal but risky; each under 120 characters (the API server may cut longer ones).</param>
public sealed record ValidationResult(IReadOnlyList<Fault> Faults, IReadOnlyList<string> Warnings)
{
    /// <summary>Nothing wrong, nothing risky.</summary>
    public static readonly ValidationResult Valid = new([], []);

    /// <summary>Whether nothing forbids the object.</summary>
    public bool IsValid => Faults.Count == 0;
}
