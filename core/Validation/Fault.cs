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
public sealed record Fault(string Field, FaultType Type, string Detail, string? BadValue = null)
{
    /// <summary>Whether <see cref="BadValue"/> is shown as it stands (a number, a boolean, JSON) and not as a quoted string.</summary>
    public bool Bare { get; init; }

    /// <summary>The machine-readable reason, one of meta/v1's CauseTypes: <c>FieldValueRequired</c> and so on.</summary>
    public string Reason => Type switch
    {
        FaultType.Required => "FieldValueRequired",
        FaultType.Forbidden => "FieldValueForbidden",
        FaultType.NotFound => "FieldValueNotFound",
        FaultType.NotSupported => "FieldValueNotSupported",
        FaultType.Duplicate => "FieldValueDuplicate",
        FaultType.TooMany => "FieldValueTooMany",
        _ => "FieldValueInvalid",
    };

    /// <summary>The fault without its field, as Kubernetes words it: <c>Forbidden: may not be set together with spec.task</c>.</summary>
    public string Message
    {
        get
        {
            var head = ShowsValue ? $"{Title}: {Value}" : Title;
            return Detail switch
            {
                "" => head,
                ['(', ..] => $"{head} {Detail}",
                _ => $"{head}: {Detail}",
            };
        }
    }

    private bool ShowsValue => BadValue is not null && Type is not (FaultType.Required or FaultType.Forbidden);

    private string Title => Type switch
    {
        FaultType.Required => "Required value",
        FaultType.Forbidden => "Forbidden",
        FaultType.NotFound => "Not found",
        FaultType.NotSupported => "Unsupported value",
        FaultType.Duplicate => "Duplicate value",
        FaultType.TooMany => "Too many",
        _ => "Invalid value",
    };

    private string Value => Bare ? BadValue! : Quotation.Of(BadValue!);

    /// <summary>Field and message, as Kubernetes writes a field error.</summary>
    public override string ToString() => Field.Length == 0 ? Message : $"{Field}: {Message}";
}

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
