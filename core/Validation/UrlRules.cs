namespace Stash.Core.Validation;

/// <summary>URLs of backends.</summary>
internal static class UrlRules
{
    /// <summary>An HTTP URL without credentials; the credentials are never repeated in the fault.</summary>
    /// <param name="url">The URL, with its scheme.</param>
    /// <param name="field">Where it stands.</param>
    /// <param name="keys">Where credentials belong.</param>
    /// <param name="findings">Takes the faults.</param>
    public static void CheckHttp(string url, FieldPath field, string keys, Findings findings)
    {
        // Before anything is shown: user and password end at the last @ of the authority.
        if (url.Contains('@'))
        {
            findings.Forbidden(field, $"must hold no credentials: put them into the Secret's keys {keys}");
            return;
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || parsed.Scheme is not ("http" or "https") || parsed.Host.Length == 0)
        {
            findings.Invalid(field, url, "must be an http or https URL such as https://host:9000");
        }
        else if (parsed.Query.Length > 0 || parsed.Fragment.Length > 0)
        {
            findings.Invalid(field, $"{parsed.Scheme}://{parsed.Authority}/...", "must have no query and no fragment");
        }
        else if (parsed.Scheme == "http")
        {
            findings.Warn(field, "credentials travel unencrypted over http");
        }
    }
}
