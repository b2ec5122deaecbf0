using System.Globalization;

namespace Stash.Core.Validation;

/// <summary>Where a value is in an object, written as Kubernetes does: <c>spec.target.paths[0]</c>, <c>metadata.labels[app]</c>.</summary>
/// <param name="Text">The path; empty for the object itself.</param>
public readonly record struct FieldPath(string Text)
{
    /// <summary>The object's spec.</summary>
    public static readonly FieldPath Spec = new("spec");

    /// <summary>The object itself.</summary>
    public static readonly FieldPath Root = new("");

    /// <summary>A field.</summary>
    public FieldPath this[string name] => new(string.IsNullOrEmpty(Text) ? name : $"{Text}.{name}");

    /// <summary>An entry of a list.</summary>
    public FieldPath this[int index] => new(string.Create(CultureInfo.InvariantCulture, $"{Text}[{index}]"));

    /// <summary>An entry of a map.</summary>
    public FieldPath Key(string key) => new($"{Text}[{key}]");

    /// <inheritdoc/>
    public override string ToString() => Text;
}
