using System.Text;
using Stash.Core.Validation;

namespace Stash.Core.Hooks;

/// <summary><c>printf</c> with <c>%s %q %v %d</c> and <c>%%</c>; judged when the template is read, so that it cannot fail later.</summary>
internal static class TextFormat
{
    /// <exception cref="TemplateException">The format is no literal, has another verb, or does not fit the arguments.</exception>
    public static ValueKind Check(IReadOnlyList<TemplateExpression> arguments)
    {
        if (arguments[0] is not Constant { Value: string format })
        {
            throw new TemplateException(arguments[0].At, "printf takes its format as a string first, for example printf \"%s\" .Name");
        }

        var verbs = Verbs(format, arguments[0].At).ToList();
        if (verbs.Count != arguments.Count - 1)
        {
            throw new TemplateException(arguments[0].At, FormattableString.Invariant($"printf has {verbs.Count} verbs for {arguments.Count - 1} values"));
        }

        foreach (var (verb, argument) in verbs.Zip(arguments.Skip(1)))
        {
            var fits = verb == 'v' || (verb == 'd' ? argument.Kind == ValueKind.Number : argument.Kind == ValueKind.Text);
            if (!fits)
            {
                throw new TemplateException(argument.At, $"printf's %{verb} does not take this value; %v takes any");
            }
        }

        return ValueKind.Text;
    }

    /// <summary>Puts the values in place of the verbs.</summary>
    public static string Apply(string format, ReadOnlySpan<object> values)
    {
        var text = new StringBuilder();
        var next = 0;
        for (var i = 0; i < format.Length; i++)
        {
            _ = format[i] != '%' ? text.Append(format[i]) : format[++i] switch
            {
                '%' => text.Append('%'),
                'q' => text.Append(Quotation.Of(TemplateFunction.Print(values[next++]))),
                _ => text.Append(TemplateFunction.Print(values[next++])),
            };
        }

        return text.ToString();
    }

    private static IEnumerable<char> Verbs(string format, int at)
    {
        for (var i = format.IndexOf('%', StringComparison.Ordinal); i >= 0; i = format.IndexOf('%', i + 2))
        {
            var verb = i + 1 < format.Length ? format[i + 1] : ' ';
            if (verb is not ('s' or 'q' or 'v' or 'd' or '%'))
            {
                throw new TemplateException(at, "printf knows %s %q %v %d and %% only");
            }

            if (verb != '%')
            {
                yield return verb;
            }

            if (i + 2 > format.Length - 1)
            {
                yield break;
            }
        }
    }
}
