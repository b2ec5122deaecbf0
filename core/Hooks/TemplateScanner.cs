using System.Globalization;
using System.Text;
using Stash.Core.Validation;

namespace Stash.Core.Hooks;

internal enum TokenKind
{
    Literal,
    Open,
    Close,
    Word,
    Field,
    Text,
    Number,
    Pipe,
    OpenBracket,
    CloseBracket,
    End,
}

/// <summary>A piece of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">As it counts: a literal trimmed, a string without its quotes.</param>
/// <param name="At">Where it begins, from 0.</param>
internal readonly record struct TemplateToken(TokenKind Kind, string Text, int At);

/// <summary>Takes a template apart as Go's text/template does: text, and what stands between <c>{{</c> and <c>}}</c>, trim markers and comments included.</summary>
internal sealed class TemplateScanner(string template)
{
    private const string Opening = "{{";
    private const string Closing = "}}";
    private readonly List<TemplateToken> _tokens = [];
    private int _at;

    /// <exception cref="TemplateException">An action cannot be read.</exception>
    public IReadOnlyList<TemplateToken> Scan()
    {
        var trimmed = false;
        while (true)
        {
            var open = template.IndexOf(Opening, _at, StringComparison.Ordinal);
            var trims = open >= 0 && open + 3 < template.Length && template[open + 2] == '-' && char.IsWhiteSpace(template[open + 3]);
            var literal = template[_at..(open < 0 ? template.Length : open)];
            literal = trimmed ? literal.TrimStart() : literal;
            literal = trims ? literal.TrimEnd() : literal;
            if (literal.Length > 0)
            {
                _tokens.Add(new(TokenKind.Literal, literal, _at));
            }

            if (open < 0)
            {
                _tokens.Add(new(TokenKind.End, "", template.Length));
                return _tokens;
            }

            _at = open + (trims ? 3 : 2);
            trimmed = TrySkipComment(open, out var trimsAfter) ? trimsAfter : ScanAction(open);
        }
    }

    private bool TrySkipComment(int open, out bool trims)
    {
        trims = false;
        var start = SkipSpace(_at);
        if (!template.AsSpan(start).StartsWith("/*"))
        {
            return false;
        }

        var end = template.IndexOf("*/", start + 2, StringComparison.Ordinal);
        _at = end < 0 ? template.Length : end + 2;
        return TryClose(out trims) ? true : throw new TemplateException(open, "a comment is {{/* and */}} and nothing besides");
    }

    private bool ScanAction(int open)
    {
        _tokens.Add(new(TokenKind.Open, Opening, open));
        while (true)
        {
            var start = _at;
            if (TryClose(out var trims))
            {
                _tokens.Add(new(TokenKind.Close, Closing, start));
                return trims;
            }

            _at = SkipSpace(_at);
            if (_at >= template.Length)
            {
                throw new TemplateException(open, "{{ is not closed by }}; braces of your own are written {{ \"{{\" }}");
            }

            _tokens.Add(ScanToken());
        }
    }

    /// <summary>Takes <c>}}</c>, or space and <c>-}}</c>, if that is what comes.</summary>
    private bool TryClose(out bool trims)
    {
        var at = SkipSpace(_at);
        trims = at > _at && template.AsSpan(at).StartsWith("-}}");
        if (!trims && !template.AsSpan(at).StartsWith(Closing))
        {
            return false;
        }

        _at = at + (trims ? 3 : 2);
        return true;
    }

    private TemplateToken ScanToken()
    {
        var start = _at;
        var c = template[start];
        switch (c)
        {
            case '|' or '(' or ')':
                _at++;
                return new(c == '|' ? TokenKind.Pipe : c == '(' ? TokenKind.OpenBracket : TokenKind.CloseBracket, c.ToString(), start);
            case '"':
                return new(TokenKind.Text, ScanString(start), start);
            case '`':
                var end = template.IndexOf('`', start + 1);
                _at = end < 0 ? throw new TemplateException(start, "` is not closed") : end + 1;
                return new(TokenKind.Text, template[(start + 1)..end], start);
            case '.' or '_' or (>= 'a' and <= 'z') or (>= 'A' and <= 'Z'):
                TakeWhile(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.');
                return new(c == '.' ? TokenKind.Field : TokenKind.Word, template[start.._at], start);
            case '-' or (>= '0' and <= '9'):
                TakeWhile(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.');
                return new(TokenKind.Number, template[start.._at], start);
            default:
                throw new TemplateException(start, $"{Quotation.Of(c.ToString())} has no meaning here");
        }
    }

    private void TakeWhile(Func<char, bool> belongs)
    {
        _at++;
        while (_at < template.Length && belongs(template[_at]))
        {
            _at++;
        }
    }

    private string ScanString(int start)
    {
        var text = new StringBuilder();
        for (_at = start + 1; _at < template.Length && template[_at] is not ('"' or '\n'); _at++)
        {
            text.Append(template[_at] == '\\' ? Escape() : template[_at]);
        }

        return _at < template.Length && template[_at++] == '"' ? text.ToString() : throw new TemplateException(start, "\" is not closed in its line");
    }

    /// <summary>What a backslash and what follows it stand for; ends on the last character of it.</summary>
    private char Escape()
    {
        var start = _at++;
        var c = _at < template.Length ? template[_at] : ' ';
        var digits = c switch { 'x' => 2, 'u' => 4, _ => 0 };
        if (digits > 0
            && _at + digits < template.Length
            && int.TryParse(template.AsSpan(_at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
        {
            _at += digits;
            return (char)code;
        }

        return c switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '"' or '\\' => c,
            _ => throw new TemplateException(start, "a backslash in a string stands before one of n t r \" \\ xHH uHHHH"),
        };
    }

    private int SkipSpace(int at)
    {
        while (at < template.Length && char.IsWhiteSpace(template[at]))
        {
            at++;
        }

        return at;
    }
}
