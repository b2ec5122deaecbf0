using System.Text.RegularExpressions;

namespace Stash.Core.Validation;

/// <summary>Where a config's field stands when the config is a member of a batch.</summary>
internal static partial class MemberPath
{
    /// <summary>Whether a config's field is one of a member's own.</summary>
    public static bool IsOfMember(string field) => Own().Match(field) is { Success: true, Index: 0 };

    /// <summary>The text with the fields that it names where they stand: <c>spec.target.ref</c> becomes <c>spec.members[1].target.ref</c>.</summary>
    public static string Move(string text, int member) => Own().Replace(text, match => $"spec.members[{member}].{match.Groups["field"].Value}");

    [GeneratedRegex(@"\bspec\.(?<field>task|target|runtimeSettings|tempDir|interimVolumeTemplate|hooks)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Own();
}
