using System.Buffers;

namespace Stash.Core.Validation;

/// <summary>Kubernetes quantities such as <c>500m</c>, <c>1Gi</c>, <c>1e3</c> (apimachinery pkg/api/resource).</summary>
internal static class Quantity
{
    private static readonly SearchValues<char> NumberLetters = SearchValues.Create("0123456789.");

    private static readonly string[] Suffixes =
        ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

    /// <summary>What a quantity must look like, for a message.</summary>
    public const string Form = "must be a quantity such as 500m, 2 or 1Gi";

    /// <summary>Whether the text is a quantity of 0 or more.</summary>
    public static bool IsValid(string text)
    {
        var number = text.AsSpan();
        number = number is ['+', ..] ? number[1..] : number;
        var end = number.IndexOfAnyExcept(NumberLetters);
        var digits = end < 0 ? number : number[..end];
        var suffix = end < 0 ? "" : number[end..].ToString();
        return digits.IndexOfAnyInRange('0', '9') >= 0
            && digits.Count('.') <= 1
            && (Suffixes.Contains(suffix, StringComparer.Ordinal) || IsExponent(suffix));
    }

    private static bool IsExponent(ReadOnlySpan<char> suffix)
    {
        if (suffix is not ['e' or 'E', ..])
        {
            return false;
        }

        suffix = suffix[1..];
        suffix = suffix is ['+' or '-', ..] ? suffix[1..] : suffix;
        return !suffix.IsEmpty && suffix.IndexOfAnyExceptInRange('0', '9') < 0;
    }
}
