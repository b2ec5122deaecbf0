namespace Stash.Core.Restic;

/// <summary>
/// The whole environment of restic: where the repository is, its secrets, and next to nothing of the parent's. Names are from
/// restic's manual, "Environment Variables".
/// </summary>
public static class ResticEnvironment
{
    private static readonly string[] Inherited =
    [
        "PATH", "HOME", "TZ", "GOGC", "GOMAXPROCS", "GOMEMLIMIT", "SSL_CERT_FILE", "SSL_CERT_DIR",
        "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy",
        "RESTIC_COMPRESSION", "RESTIC_PACK_SIZE", "RESTIC_READ_CONCURRENCY",
        "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_REGION", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        "AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_FEDERATED_TOKEN_FILE", "AZURE_AUTHORITY_HOST",
    ];

    private static readonly string[] SecretPrefixes = ["AWS_", "AZURE_", "B2_", "OS_", "ST_"];

    private static readonly string[] SecretNames = ["GOOGLE_PROJECT_ID", "GOOGLE_ACCESS_TOKEN"];

    /// <summary>Builds it; later entries win: the parent's, the Secret's, the request's, and last what makes it this repository.</summary>
    /// <param name="repository">As restic's <c>-r</c> takes it, without credentials.</param>
    /// <param name="requested">The request's environment; holds no secret.</param>
    /// <param name="secret">The Secret.</param>
    /// <param name="cachePath">Folder for cache and temporary files.</param>
    /// <param name="parent">Looks a variable of the parent's up.</param>
    public static IReadOnlyDictionary<string, string> Build(
        string repository, IReadOnlyDictionary<string, string>? requested, RepositorySecret secret, string cachePath, Func<string, string?> parent)
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in Inherited)
        {
            if (parent(name) is { Length: > 0 } value)
            {
                environment[name] = value;
            }
        }

        foreach (var key in secret.Keys.Where(IsProviderKey))
        {
            environment[key] = secret.Find(key) ?? "";
        }

        if (secret.Find("GOOGLE_SERVICE_ACCOUNT_JSON_KEY") is not null)
        {
            environment["GOOGLE_APPLICATION_CREDENTIALS"] = secret.FileOf("GOOGLE_SERVICE_ACCOUNT_JSON_KEY");
        }

        foreach (var (name, value) in requested ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            environment[name] = value;
        }

        environment["RESTIC_REPOSITORY"] = WithCredentials(repository, secret);
        environment["RESTIC_CACHE_DIR"] = Path.Combine(cachePath, "cache");
        environment["RESTIC_PROGRESS_FPS"] = "1";
        environment["TMPDIR"] = Path.Combine(cachePath, "tmp");
        if (secret.PasswordFile is { } file)
        {
            environment["RESTIC_PASSWORD_FILE"] = file;
        }

        return environment;
    }

    /// <summary>Options that point at files of the Secret.</summary>
    public static IReadOnlyList<string> GlobalArgs(RepositorySecret secret) =>
        secret.Find("CA_CERT_DATA") is null ? [] : ["--cacert", secret.FileOf("CA_CERT_DATA")];

    private static bool IsProviderKey(string key) =>
        SecretNames.Contains(key, StringComparer.Ordinal) || SecretPrefixes.Any(prefix => key.StartsWith(prefix, StringComparison.Ordinal));

    /// <summary>restic before 0.16 takes a REST server's credentials only in the URL; in the environment no other user can read it.</summary>
    private static string WithCredentials(string repository, RepositorySecret secret)
    {
        if (SecretRules.Provider(repository) != "rest" || secret.Find("REST_SERVER_USERNAME") is not { } user)
        {
            return repository;
        }

        var scheme = repository.IndexOf("://", StringComparison.Ordinal);
        var password = Uri.EscapeDataString(secret.Find("REST_SERVER_PASSWORD") ?? "");
        return scheme < 0 || repository.Contains('@', StringComparison.Ordinal)
            ? repository
            : $"{repository[..(scheme + 3)]}{Uri.EscapeDataString(user)}:{password}@{repository[(scheme + 3)..]}";
    }
}
