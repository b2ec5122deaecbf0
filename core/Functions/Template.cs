using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Stash.Core.Functions;

/// <summary>
/// Variables in a Function's strings, as Stash's users write them (<see href="https://github.com/drone/envsubst"/>): <c>${NAME}</c>,
/// <c>${NAME:=default}</c>, <c>${NAME=default}</c>, <c>${NAME:-default}</c>; <c>$$</c> is a dollar. A variable that is set to nothing
/// stays empty. <c>$NAME</c> and <c>$(NAME)</c> are left to shells and to Kubernetes.
/// </summary>
public static class Template
{
    private const string Forms = "write ${NAME}, ${NAME:=default} or ${NAME:-default}, and $${ for ${ itself";

    /// <summary>Puts the values in.</summary>
    /// <param name="text">The text.</param>
    /// <param name="variables">Values by name.</param>
    /// <param name="expanded">The text with values; null when there is a fault.</param>
    /// <param name="fault">The first thing that is wrong: a variable without value and default, or a form that is not known.</param>
    public static bool TryExpand(
        string text,
        IReadOnlyDictionary<string, string> variables,
        [NotNullWhen(true)] out string? expanded,
        [NotNullWhen(false)] out TemplateFault? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(variables);
        (expanded, fault) = (null, null);
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length;)
        {
            if (text[i] != '$' || i + 1 == text.Length || text[i + 1] is not ('$' or '{'))
            {
                result.Append(text[i++]);
            }
            else if (text[i + 1] == '$')
            {
                result.Append('$');
                i += 2;
            }
            else if (End(text, i + 2) is not { } end)
            {
                fault = new TemplateFault(null, $"{Quote(text[i..])} has no closing brace; {Forms}");
                return false;
            }
            else if (!TryValue(text[(i + 2)..end], variables, out var value, out fault))
            {
                return false;
            }
            else
            {
                result.Append(value);
                i = end + 1;
            }
        }

        expanded = result.ToString();
        return true;
    }

    private static bool TryValue(
        string inside, IReadOnlyDictionary<string, string> variables, [NotNullWhen(true)] out string? value, [NotNullWhen(false)] out TemplateFault? fault)
    {
        (value, fault) = (null, null);
        var length = inside.TakeWhile((c, i) => c == '_' || char.IsAsciiLetter(c) || (i > 0 && char.IsAsciiDigit(c))).Count();
        var (name, rest) = (inside[..length], inside[length..]);
        var fallback = rest switch
        {
            [':', '=' or '-', .. var after] => after,
            ['=', .. var after] => after,
            _ => null,
        };
        if (length == 0 || (rest.Length > 0 && fallback is null))
        {
            fault = new TemplateFault(null, $"{Quote("${" + inside + "}")} is no variable; {Forms}");
            return false;
        }

        if (variables.TryGetValue(name, out value))
        {
            return true;
        }

        if (fallback is not null)
        {
            return TryExpand(fallback, variables, out value, out fault);
        }

        fault = new TemplateFault(name, $"variable {name} has no value: give it one in params, or a default: ${{{name}:=...}}");
        return false;
    }

    // A default may hold variables of its own, so braces nest.
    private static int? End(string text, int from)
    {
        var depth = 1;
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] == '{' && text[i - 1] == '$')
            {
                depth++;
            }
            else if (text[i] == '}' && --depth == 0)
            {
                return i;
            }
        }

        return null;
    }

    private static string Quote(string text) => text.Length <= 60 ? text : string.Concat(text.AsSpan(0, 57), "...");
}

/// <summary>Why a text's variables cannot be put in.</summary>
/// <param name="Variable">The variable without a value; null when the text itself is wrong.</param>
/// <param name="Message">What is wrong and what to do.</param>
public sealed record TemplateFault(string? Variable, string Message);
