using System.Globalization;
using Stash.Core.Validation;

namespace Stash.Core.Hooks;

/// <summary>Reads the tokens of a template into its parts; every name, kind and number of arguments is judged here.</summary>
internal sealed class TemplateParser(IReadOnlyList<TemplateToken> tokens)
{
    private const int Deepest = 50;
    private const string Known = "templates of hooks know fields, strings, numbers, if, else, end, eq, ne, and, or, not, printf, toJson and js";
    private int _next;
    private int _depth;

    /// <exception cref="TemplateException">It is no template.</exception>
    public IReadOnlyList<TemplatePart> Parse()
    {
        var parts = Body();
        return Current.Kind == TokenKind.End ? parts : throw new TemplateException(Current.At, $"{{{{ {Peek(1).Text} }}}} without {{{{ if }}}}");
    }

    private TemplateToken Current => tokens[_next];

    private TemplateToken Peek(int ahead) => tokens[Math.Min(_next + ahead, tokens.Count - 1)];

    private TemplateToken Take() => tokens[_next++];

    /// <summary>Up to the end, or to the <c>else</c> or <c>end</c> of whoever asks.</summary>
    private List<TemplatePart> Body()
    {
        Deepen();
        var parts = new List<TemplatePart>();
        while (Current.Kind != TokenKind.End && Peek(1) is not { Kind: TokenKind.Word, Text: "else" or "end" })
        {
            if (Current.Kind == TokenKind.Literal)
            {
                parts.Add(new LiteralPart(Take().Text));
                continue;
            }

            _next++;
            parts.Add(Current is { Kind: TokenKind.Word, Text: "if" } ? If() : new ValuePart(Closed(Pipeline())));
        }

        _depth--;
        return parts;
    }

    private IfPart If()
    {
        var start = Take().At;
        var branches = new List<(TemplateExpression, IReadOnlyList<TemplatePart>)> { (Closed(Pipeline()), Body()) };
        IReadOnlyList<TemplatePart> otherwise = [];
        while (Keyword(start) == "else")
        {
            if (Current is { Kind: TokenKind.Word, Text: "if" })
            {
                _next++;
                branches.Add((Closed(Pipeline()), Body()));
                continue;
            }

            Close();
            otherwise = Body();
            if (Keyword(start) != "end")
            {
                throw new TemplateException(tokens[_next - 1].At, "{{ else }} comes once, before {{ end }}");
            }

            break;
        }

        Close();
        return new IfPart(branches, otherwise);
    }

    private string Keyword(int start)
    {
        if (Current.Kind == TokenKind.End)
        {
            throw new TemplateException(start, "{{ if }} without {{ end }}");
        }

        _next++;
        return Take().Text;
    }

    private void Close()
    {
        if (Take() is { Kind: not TokenKind.Close } other)
        {
            throw new TemplateException(other.At, $"{Quotation.Of(other.Text)} is too much here");
        }
    }

    private TemplateExpression Closed(TemplateExpression expression)
    {
        Close();
        return expression.Kind == ValueKind.Object ? throw NotPlain(expression) : expression;
    }

    private TemplateExpression Pipeline()
    {
        Deepen();
        var value = Command(piped: null);
        while (Current.Kind == TokenKind.Pipe)
        {
            _next++;
            value = Command(value);
        }

        _depth--;
        return value;
    }

    private TemplateExpression Command(TemplateExpression? piped)
    {
        var first = Current;
        if (first.Kind == TokenKind.Word && first.Text is not ("true" or "false"))
        {
            _next++;
            return Function(first, piped);
        }

        var value = Operand();
        return piped is null && !IsOperand(Current.Kind)
            ? value
            : throw new TemplateException(first.At, "is no function and takes no arguments");
    }

    private Call Function(TemplateToken name, TemplateExpression? piped)
    {
        if (!TemplateFunction.All.TryGetValue(name.Text, out var function))
        {
            throw new TemplateException(
                name.At, NearestName.Find(name.Text, [.. TemplateFunction.All.Keys, "else", "end"]) is { } nearest && nearest != name.Text
                    ? $"there is no function {name.Text} (did you mean {Quotation.Of(nearest)}?)"
                    : $"there is no function {name.Text}; {Known}");
        }

        var arguments = new List<TemplateExpression>();
        while (IsOperand(Current.Kind))
        {
            arguments.Add(Operand());
        }

        if (piped is not null)
        {
            arguments.Add(piped);
        }

        if (arguments.Count < function.Least || arguments.Count > function.Most)
        {
            var wanted = function.Least == function.Most ? $"{function.Least}" : $"at least {function.Least}";
            throw new TemplateException(name.At, FormattableString.Invariant($"{name.Text} takes {wanted} arguments, not {arguments.Count}"));
        }

        if (name.Text != "toJson" && arguments.Find(argument => argument.Kind == ValueKind.Object) is { } whole)
        {
            throw NotPlain(whole);
        }

        return new Call(function, arguments, function.Result(arguments), name.At);
    }

    private TemplateExpression Operand()
    {
        var token = Take();
        switch (token.Kind)
        {
            case TokenKind.Text:
                return new Constant(token.Text, ValueKind.Text, token.At);
            case TokenKind.Number when long.TryParse(token.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number):
                return new Constant(number, ValueKind.Number, token.At);
            case TokenKind.Word when token.Text is "true" or "false":
                return new Constant(token.Text == "true", ValueKind.Truth, token.At);
            case TokenKind.Word:
                return Function(token, piped: null) is { Arguments.Count: 0 } call ? call : throw new TemplateException(token.At, $"put ( ) around {token.Text} and its arguments");
            case TokenKind.Field:
                return SummaryField.All.TryGetValue(token.Text, out var field) ? new FieldValue(field, token.At) : throw Unknown(token);
            case TokenKind.OpenBracket:
                var inner = Pipeline();
                return Take().Kind == TokenKind.CloseBracket ? inner : throw new TemplateException(token.At, "( is not closed");
            default:
                throw new TemplateException(token.At, $"a value is missing before {Quotation.Of(token.Text)}");
        }
    }

    private static bool IsOperand(TokenKind kind) =>
        kind is TokenKind.Text or TokenKind.Number or TokenKind.Word or TokenKind.Field or TokenKind.OpenBracket;

    private void Deepen()
    {
        if (++_depth > Deepest)
        {
            throw new TemplateException(Current.At, FormattableString.Invariant($"nested deeper than {Deepest}"));
        }
    }

    private static TemplateException Unknown(TemplateToken token) => new(
        token.At, NearestName.Find(token.Text, SummaryField.All.Keys) is { } nearest
            ? $"there is no field {token.Text} (did you mean {Quotation.Of(nearest)}?)"
            : $"there is no field {token.Text}; there are {string.Join(' ', SummaryField.All.Values.Where(f => f.Kind != ValueKind.Object).Select(f => f.Name))}");

    private static TemplateException NotPlain(TemplateExpression whole) =>
        new(whole.At, "is an object: name one of its fields, or write it with toJson");
}
