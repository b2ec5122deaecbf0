using System.Globalization;

namespace Stash.Core.Hooks;

/// <summary>A function that templates may call; those of Go's text/template that hooks need, and sprig's toJson.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Least">How many arguments at least.</param>
/// <param name="Most">How many at most.</param>
/// <param name="Result">What it gives, from the kinds of its arguments.</param>
/// <param name="Run">Computes it.</param>
internal sealed record TemplateFunction(
    string Name, int Least, int Most, Func<IReadOnlyList<TemplateExpression>, ValueKind> Result, Func<object[], object> Run)
{
    /// <summary>Every function, by name.</summary>
    public static readonly IReadOnlyDictionary<string, TemplateFunction> All = new TemplateFunction[]
    {
        new("eq", 2, int.MaxValue, Comparable, values => values.Skip(1).Any(value => value.Equals(values[0]))),
        new("ne", 2, 2, Comparable, values => !values[0].Equals(values[1])),
        new("not", 1, 1, _ => ValueKind.Truth, values => !IsTrue(values[0])),
        new("and", 1, int.MaxValue, Same, values => Array.Find(values, value => !IsTrue(value)) ?? values[^1]),
        new("or", 1, int.MaxValue, Same, values => Array.Find(values, IsTrue) ?? values[^1]),
        new("printf", 1, int.MaxValue, TextFormat.Check, values => TextFormat.Apply((string)values[0], values.AsSpan(1))),
        new("toJson", 1, 1, _ => ValueKind.Text, values => Escapes.Json(values[0])),
        new("js", 1, 1, _ => ValueKind.Text, values => Escapes.JavaScript(Print(values[0]))),
    }.ToDictionary(function => function.Name, StringComparer.Ordinal);

    /// <summary>As Go decides it: what is empty, zero or false does not hold.</summary>
    public static bool IsTrue(object value) => value switch { string text => text.Length > 0, long number => number != 0, bool truth => truth, _ => true };

    /// <summary>As Go prints it.</summary>
    public static string Print(object value) => value switch
    {
        string text => text,
        bool truth => truth ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static ValueKind Same(IReadOnlyList<TemplateExpression> arguments) =>
        arguments.All(argument => argument.Kind == arguments[0].Kind) ? arguments[0].Kind : ValueKind.Any;

    private static ValueKind Comparable(IReadOnlyList<TemplateExpression> arguments)
    {
        var first = arguments[0].Kind;
        var other = arguments.FirstOrDefault(argument => argument.Kind != first && argument.Kind != ValueKind.Any && first != ValueKind.Any);
        return other is null
            ? ValueKind.Truth
            : throw new TemplateException(other.At, $"{Word(first)} and {Word(other.Kind)} are never equal");
    }

    private static string Word(ValueKind kind) => kind switch { ValueKind.Text => "a string", ValueKind.Number => "a number", _ => "true or false" };
}
