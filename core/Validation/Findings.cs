using System.Globalization;

namespace Stash.Core.Validation;

/// <summary>Collects faults and warnings while an object is judged; one verb for each kind of fault.</summary>
internal sealed class Findings
{
    /// <summary>Longest warning that every API server passes on uncut.</summary>
    public const int LongestWarning = 119;

    /// <summary>Most faults, and most warnings, of one object: a hostile one gets no answer larger than itself.</summary>
    public const int Most = 100;

    private const int LongestValue = 300;

    private readonly List<Fault> faults = [];
    private readonly List<string> warnings = [];

    public ValidationResult ToResult() => new(faults, warnings);

    public void Add(Fault fault)
    {
        if (faults.Count < Most)
        {
            faults.Add(fault.BadValue is { Length: > LongestValue } value ? fault with { BadValue = string.Concat(value.AsSpan(0, LongestValue), "...") } : fault);
        }
    }

    public void Required(FieldPath field, string detail = "") => Add(new(field.Text, FaultType.Required, detail));

    public void Invalid(FieldPath field, string value, string detail) => Add(new(field.Text, FaultType.Invalid, detail, value));

    public void Invalid(FieldPath field, long value, string detail) =>
        Add(new(field.Text, FaultType.Invalid, detail, value.ToString(CultureInfo.InvariantCulture)) { Bare = true });

    public void Forbidden(FieldPath field, string detail) => Add(new(field.Text, FaultType.Forbidden, detail));

    public void Duplicate(FieldPath field, string value) => Add(new(field.Text, FaultType.Duplicate, "", value));

    /// <summary>Entries of a list that Kubernetes keeps by a key, with the same key: <c>Duplicate value: {"mountPath":"/data"}</c>.</summary>
    public void DuplicateKey(FieldPath entry, string key, string value) =>
        Add(new(entry.Text, FaultType.Duplicate, "", $"{{{Quotation.Of(key)}:{Quotation.Of(value)}}}") { Bare = true });

    public void TooMany(FieldPath field, int count, int most, string detail) => Add(new(
        field.Text,
        FaultType.TooMany,
        string.Create(CultureInfo.InvariantCulture, $"must have at most {most} {(most == 1 ? "item" : "items")}; {detail}"),
        count.ToString(CultureInfo.InvariantCulture)) { Bare = true });

    /// <summary>A value outside a closed list; names the nearest where one is close.</summary>
    public void NotSupported(FieldPath field, string value, params ReadOnlySpan<string> supported) =>
        Add(new(field.Text, FaultType.NotSupported, $"supported values: {Quotation.List(supported.ToArray())}", value));

    /// <summary>A name that nothing has; a warning instead where missing references are allowed.</summary>
    public void NotFound(FieldPath field, string what, string name, IEnumerable<string> existing, bool allowMissing = false)
    {
        if (allowMissing)
        {
            Warn($"{field}: {what} {Quotation.Of(name)} is not among the given objects");
            return;
        }

        Add(new(field.Text, FaultType.NotFound, NearestName.Hint(name, existing), name));
    }

    /// <summary>Legal but risky. Cut at <see cref="LongestWarning"/>, and said once.</summary>
    public void Warn(string sentence)
    {
        var cut = sentence.Length <= LongestWarning ? sentence : string.Concat(sentence.AsSpan(0, LongestWarning - 3), "...");
        if (warnings.Count < Most && !warnings.Contains(cut, StringComparer.Ordinal))
        {
            warnings.Add(cut);
        }
    }

    /// <summary>As <see cref="Warn(string)"/>, with the field in front.</summary>
    public void Warn(FieldPath field, string sentence) => Warn($"{field}: {sentence}");
}
