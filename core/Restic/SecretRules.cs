namespace Stash.Core.Restic;

/// <summary>Which keys of the Secret each provider cannot do without; pure.</summary>
public static class SecretRules
{
    /// <summary>The sentence about the first missing key, or null when nothing is missing.</summary>
    /// <param name="repository">As restic's <c>-r</c> takes it; its scheme names the provider.</param>
    /// <param name="secret">The Secret.</param>
    /// <param name="hasVariable">Whether the environment already has a variable, so that the Secret need not.</param>
    public static string? Missing(string repository, RepositorySecret secret, Func<string, bool> hasVariable)
    {
        if (secret.PasswordFile is null)
        {
            return secret.Keys.Any()
                ? $"The repository's Secret has no key {RepositorySecret.Password}, or it is empty. Add it: restic encrypts with it."
                : $"The repository's Secret is not mounted at {secret.Path}, or has no keys. Create it with the key {RepositorySecret.Password}.";
        }

        bool Has(string key) => secret.Find(key) is not null || hasVariable(key);
        var missing = Provider(repository) switch
        {
            "s3" when Has("AWS_ACCESS_KEY_ID") => FirstOf(Has, "AWS_SECRET_ACCESS_KEY"),
            "s3" when Has("AWS_SECRET_ACCESS_KEY") => FirstOf(Has, "AWS_ACCESS_KEY_ID"),
            "b2" => FirstOf(Has, "B2_ACCOUNT_ID", "B2_ACCOUNT_KEY"),
            "azure" => FirstOf(Has, "AZURE_ACCOUNT_NAME"),
            "rest" when Has("REST_SERVER_PASSWORD") => FirstOf(Has, "REST_SERVER_USERNAME"),
            _ => null,
        };
        return missing is null ? null : $"The repository's Secret has no key {missing}, which a repository at {Provider(repository)} needs. Add it.";
    }

    /// <summary>The scheme before the first colon; <c>local</c> for a path.</summary>
    public static string Provider(string repository)
    {
        var colon = repository.IndexOf(':', StringComparison.Ordinal);
        return colon <= 0 || repository.StartsWith('/') ? "local" : repository[..colon];
    }

    private static string? FirstOf(Func<string, bool> has, params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            if (!has(key))
            {
                return key;
            }
        }

        return null;
    }
}
