namespace Stash.Core.Validation;

/// <summary>The name syntaxes of Kubernetes (apimachinery pkg/util/validation).</summary>
internal static class NameRules
{
    /// <summary>What a subdomain must look like, for a message.</summary>
    public const string SubdomainForm = "must consist of lower case letters, digits, '-' or '.', begin and end with a letter or digit, and be at most 253 long";

    /// <summary>What a label must look like, for a message.</summary>
    public const string LabelForm = "must consist of lower case letters, digits or '-', begin and end with a letter or digit, and be at most 63 long";

    /// <summary>Names of most objects: RFC 1123 labels joined by dots.</summary>
    public static bool IsSubdomain(string name) => name.Length is > 0 and <= 253 && name.Split('.').All(IsLabelWord);

    /// <summary>Names of namespaces, containers and volumes: one RFC 1123 label.</summary>
    public static bool IsLabel(string name) => name.Length <= 63 && IsLabelWord(name);

    /// <summary>Names of ports: at most 15 letters, digits and single hyphens, one letter at least.</summary>
    public static bool IsPortName(string name) =>
        name.Length <= 15 && IsLabelWord(name) && name.Any(char.IsAsciiLetterLower) && !name.Contains("--", StringComparison.Ordinal);

    /// <summary>Required, and a subdomain.</summary>
    public static bool CheckName(string? name, FieldPath field, Findings findings, string required = "")
    {
        if (string.IsNullOrEmpty(name))
        {
            findings.Required(field, required);
            return false;
        }

        if (!IsSubdomain(name))
        {
            findings.Invalid(field, name, SubdomainForm);
            return false;
        }

        return true;
    }

    private static bool IsLabelWord(string word) => word.Length > 0
        && word.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        && word[0] != '-' && word[^1] != '-';
}
