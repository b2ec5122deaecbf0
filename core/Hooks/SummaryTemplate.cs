using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Stash.Core.Hooks;

/// <summary>
/// A text with <c>{{ }}</c> in which a hook speaks of its session: the part of Go's templates that Stash's hooks use. Read once, whatever is
/// wrong with it is found then; rendering cannot fail. Nothing outside of <c>{{ }}</c> is touched, <c>$VAR</c> and <c>${VAR}</c> included.
/// </summary>
public sealed class SummaryTemplate
{
    private readonly IReadOnlyList<TemplatePart> _parts;

    private SummaryTemplate(IReadOnlyList<TemplatePart> parts) => _parts = parts;

    /// <summary>Reads a template.</summary>
    /// <param name="text">The text.</param>
    /// <param name="template">The template, when true.</param>
    /// <param name="fault">What is wrong and where, when false: <c>line 1, column 4: there is no field .Status.Phas (did you mean ".Status.Phase"?)</c>.</param>
    public static bool TryParse(string text, [NotNullWhen(true)] out SummaryTemplate? template, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        (template, fault) = (null, null);
        try
        {
            template = new SummaryTemplate(new TemplateParser(new TemplateScanner(text).Scan()).Parse());
            return true;
        }
        catch (TemplateException wrong)
        {
            var before = text.AsSpan(0, Math.Min(wrong.At, text.Length));
            fault = FormattableString.Invariant($"line {before.Count('\n') + 1}, column {before.Length - before.LastIndexOf('\n')}: {wrong.Message}");
            return false;
        }
    }

    /// <summary>The text for a session.</summary>
    public string Render(HookSummary summary)
    {
        var text = new StringBuilder();
        Write(_parts, summary, text);
        return text.ToString();
    }

    private static void Write(IReadOnlyList<TemplatePart> parts, HookSummary summary, StringBuilder text)
    {
        foreach (var part in parts)
        {
            switch (part)
            {
                case LiteralPart literal:
                    text.Append(literal.Text);
                    break;
                case ValuePart value:
                    text.Append(TemplateFunction.Print(value.Value.Of(summary)));
                    break;
                case IfPart choice:
                    var taken = choice.Branches.FirstOrDefault(branch => TemplateFunction.IsTrue(branch.Condition.Of(summary)));
                    Write(taken.Body ?? choice.Otherwise, summary, text);
                    break;
            }
        }
    }
}
