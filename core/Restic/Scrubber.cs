namespace Stash.Core.Restic;

/// <summary>Takes the values of secrets out of what people may read; pure.</summary>
public sealed class Scrubber
{
    private const string Mask = "***";

    private const int ShortestAnywhere = 4;

    private readonly string[] _secrets;

    /// <summary>Knows each value, each line of it, and how it looks inside a URL and inside JSON.</summary>
    public Scrubber(IEnumerable<string> secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        _secrets = [.. secrets
            .SelectMany(value => value.Split('\n', StringSplitOptions.TrimEntries).Where(line => line.Length >= ShortestAnywhere).Append(value.Trim()))
            .Where(value => value.Length > 0)
            .SelectMany(value => new[] { value, Uri.EscapeDataString(value), System.Text.Json.JsonEncodedText.Encode(value).ToString() })
            .Distinct(StringComparer.Ordinal)
            .OrderByDescending(value => value.Length)];
    }

    /// <summary>The text with every secret masked. A secret of fewer than four characters is masked where it stands as a word.</summary>
    public string Scrub(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var secret in _secrets)
        {
            text = secret.Length >= ShortestAnywhere ? text.Replace(secret, Mask, StringComparison.Ordinal) : ReplaceWord(text, secret);
        }

        return text;
    }

    private static string ReplaceWord(string text, string secret)
    {
        for (var at = text.IndexOf(secret, StringComparison.Ordinal); at >= 0;)
        {
            var end = at + secret.Length;
            var isWord = (at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end]));
            if (isWord)
            {
                text = string.Concat(text.AsSpan(0, at), Mask, text.AsSpan(end));
                end = at + Mask.Length;
            }

            at = end >= text.Length ? -1 : text.IndexOf(secret, end, StringComparison.Ordinal);
        }

        return text;
    }
}
