namespace Stash.Core.Hooks;

/// <summary>An expression of a template, checked when it was read: its value never fails.</summary>
/// <param name="Kind">What it gives.</param>
/// <param name="At">Where it stands in the template, from 0.</param>
internal abstract record TemplateExpression(ValueKind Kind, int At)
{
    /// <summary>A string, a long, a bool or a JsonObject.</summary>
    public abstract object Of(HookSummary summary);
}

/// <summary>A literal.</summary>
internal sealed record Constant(object Value, ValueKind Kind, int At) : TemplateExpression(Kind, At)
{
    /// <inheritdoc/>
    public override object Of(HookSummary summary) => Value;
}

/// <summary>A field of the summary.</summary>
internal sealed record FieldValue(SummaryField Field, int At) : TemplateExpression(Field.Kind, At)
{
    /// <inheritdoc/>
    public override object Of(HookSummary summary) => Field.Read(summary);
}

/// <summary>A function with its arguments.</summary>
internal sealed record Call(TemplateFunction Function, IReadOnlyList<TemplateExpression> Arguments, ValueKind Kind, int At) : TemplateExpression(Kind, At)
{
    /// <inheritdoc/>
    public override object Of(HookSummary summary) => Function.Run([.. Arguments.Select(argument => argument.Of(summary))]);
}

/// <summary>A part of a template's body.</summary>
internal abstract record TemplatePart;

/// <summary>Text that stands as it is.</summary>
internal sealed record LiteralPart(string Text) : TemplatePart;

/// <summary>A value that is printed.</summary>
internal sealed record ValuePart(TemplateExpression Value) : TemplatePart;

/// <summary><c>if</c>: the body of the first condition that holds, else <paramref name="Otherwise"/>.</summary>
internal sealed record IfPart(
    IReadOnlyList<(TemplateExpression Condition, IReadOnlyList<TemplatePart> Body)> Branches, IReadOnlyList<TemplatePart> Otherwise) : TemplatePart;
