using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Validation;

namespace Stash.Webhook.Pods;

/// <summary>What a pod's label names, as the API has it now.</summary>
/// <param name="Config">Null where there is none, or none that can be read.</param>
/// <param name="Faults">What is wrong with it.</param>
/// <param name="Repository">Null where there is none.</param>
internal sealed record NamedConfig(BackupConfiguration? Config, ValidationResult? Faults, Repository? Repository);

/// <summary>Reads a config and its Repository for each review: no cache, so that what was created a moment ago is seen.</summary>
internal sealed class ConfigLookup(IKubernetesClient kubernetes, TimeSpan deadline, TimeProvider time)
{
    private readonly SingleFlight<(string Namespace, string Name), ReadOutcome<BackupConfiguration>?> configs = new(deadline, time);
    private readonly SingleFlight<(string Namespace, string Name), ReadOutcome<Repository>?> repositories = new(deadline, time);

    /// <summary>Reads them.</summary>
    /// <exception cref="KubernetesException">The API refused or did not answer.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public async Task<NamedConfig> FindAsync(string ns, string name, CancellationToken cancellationToken)
    {
        var read = await FreshAsync(configs, (ns, name), ReadConfigAsync, cancellationToken);
        if (read is not { Value: { } config })
        {
            return new NamedConfig(null, read is null ? null : new ValidationResult(read.Faults, []), null);
        }

        var faults = BackupConfigurationValidator.Validate(config, new ConfigSurroundings());
        if (config.Spec.Repositories is not [{ Name: { } repositoryName } reference, ..])
        {
            return new NamedConfig(config, faults, null);
        }

        var home = string.IsNullOrEmpty(reference.Namespace) ? ns : reference.Namespace;
        var repository = await FreshAsync(repositories, (home, repositoryName), ReadRepositoryAsync, cancellationToken);
        return new NamedConfig(config, faults, repository?.Value ?? Unreadable(repository));
    }

    // A read that was under way when it was joined may have been answered before the object was created.
    private static async Task<TValue?> FreshAsync<TValue>(
        SingleFlight<(string, string), TValue?> flights,
        (string, string) key,
        Func<(string, string), CancellationToken, Task<TValue?>> read,
        CancellationToken cancellationToken)
        where TValue : class
    {
        var (value, joined) = await flights.RunAsync(key, read, cancellationToken);
        return value is null && joined ? (await flights.RunAsync(key, read, cancellationToken)).Value : value;
    }

    private async Task<ReadOutcome<BackupConfiguration>?> ReadConfigAsync((string Namespace, string Name) key, CancellationToken cancellationToken) =>
        await ReadAsync(ResourceTypes.BackupConfigurations, key, cancellationToken) is { } json
            ? ObjectReader.Read(json, StashJson.Default.BackupConfiguration)
            : null;

    private async Task<ReadOutcome<Repository>?> ReadRepositoryAsync((string Namespace, string Name) key, CancellationToken cancellationToken) =>
        await ReadAsync(ResourceTypes.Repositories, key, cancellationToken) is { } json
            ? ObjectReader.Read(json, StashJson.Default.Repository)
            : null;

    // A label's value may be what no object can be called (Db_1, ..): it is not put into a URL.
    private async Task<JsonObject?> ReadAsync(ResourceType type, (string Namespace, string Name) key, CancellationToken cancellationToken) =>
        IsName(key.Namespace) && IsName(key.Name) ? await kubernetes.FindAsync(type, key.Namespace, key.Name, cancellationToken) : null;

    // RFC 1123 subdomain, as far as a URL is concerned.
    private static bool IsName(string text) =>
        text.Length is > 0 and <= 253
        && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '.')
        && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]);

    // It exists, but its backend could not be read; without one the Injector refuses it by name.
    private static Repository? Unreadable(ReadOutcome<Repository>? read) => read is null ? null : new Repository();
}
