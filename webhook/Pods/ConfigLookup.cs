using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Core.Functions;
using Stash.Core.Kubernetes;
using Stash.Core.Validation;

namespace Stash.Webhook.Pods;

/// <summary>What a pod's label names, as the API has it now.</summary>
/// <param name="Config">The config, or the pod's member of the batch; null where there is none, or none that can be read.</param>
/// <param name="Batch">The batch, where the label names one and no config.</param>
/// <param name="Faults">What is wrong with it.</param>
/// <param name="Repository">Null where there is none.</param>
/// <param name="Function">The Function of its custom sidecar; null where it asks for none, or there is none.</param>
internal sealed record NamedConfig(BackupConfiguration? Config, BackupBatch? Batch, ValidationResult? Faults, Repository? Repository, Function? Function);

/// <summary>Reads a config, its Repository and its sidecar's Function for each review, so that what was created a moment ago is seen.</summary>
internal sealed class ConfigLookup(IKubernetesClient kubernetes, TimeSpan deadline, TimeProvider time)
{
    private const int MostKept = 2048;

    private readonly SingleFlight<(string Namespace, string Name), JudgedConfig?> configs = new(deadline, time);
    private readonly SingleFlight<(string Namespace, string Name), Repository?> repositories = new(deadline, time);
    private readonly SingleFlight<(string Namespace, string Name), Function?> functions = new(deadline, time);
    private readonly VersionCache<JudgedConfig> judged = new(MostKept);
    private readonly VersionCache<Repository> read = new(MostKept);
    private readonly VersionCache<Function> readFunctions = new(MostKept);

    /// <summary>Reads them.</summary>
    /// <exception cref="KubernetesException">The API refused or did not answer.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public async Task<NamedConfig> FindAsync(string ns, string name, JsonObject pod, CancellationToken cancellationToken)
    {
        if (await FreshAsync(configs, (ns, name), ReadConfigAsync, cancellationToken) is not { } found)
        {
            return new NamedConfig(null, null, null, null, null);
        }

        var config = found.Batch is { } batch ? PodMember.Find(batch, pod) : found.Config;
        if (config?.Spec.Repositories is not [{ Name: { } repositoryName } reference, ..])
        {
            return new NamedConfig(config, found.Batch, found.Faults, null, null);
        }

        var home = string.IsNullOrEmpty(reference.Namespace) ? ns : reference.Namespace;
        var function = config.Spec.Target?.Sidecar?.FunctionName is { } functionName
            ? FreshAsync(functions, ("", functionName), ReadFunctionAsync, cancellationToken)
            : Task.FromResult<Function?>(null);
        var repository = FreshAsync(repositories, (home, repositoryName), ReadRepositoryAsync, cancellationToken);
        await Task.WhenAll(function, repository);
        return new NamedConfig(config, found.Batch, found.Faults, await repository, await function);
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

    private async Task<JudgedConfig?> ReadConfigAsync((string Namespace, string Name) key, CancellationToken cancellationToken) =>
        await ReadAsync(ResourceTypes.BackupConfigurations, key, cancellationToken) is { } json ? judged.Get(json, Judge)
        : await ReadAsync(ResourceTypes.BackupBatches, key, cancellationToken) is { } batch ? judged.Get(batch, JudgeBatch)
        : null;

    // One that cannot be read exists all the same: without a backend the Injector refuses it by name.
    private async Task<Repository?> ReadRepositoryAsync((string Namespace, string Name) key, CancellationToken cancellationToken) =>
        await ReadAsync(ResourceTypes.Repositories, key, cancellationToken) is { } json
            ? read.Get(json, static repository => ObjectReader.Read(repository, StashJson.Default.Repository).Value ?? new Repository())
            : null;

    private async Task<Function?> ReadFunctionAsync((string Namespace, string Name) key, CancellationToken cancellationToken) =>
        IsName(key.Name) && await kubernetes.FindAsync(ResourceTypes.Functions, null, key.Name, cancellationToken) is { } json
            ? readFunctions.Get(json, FunctionCalls.Read)
            : null;

    private static JudgedConfig Judge(JsonObject json)
    {
        var outcome = ObjectReader.Read(json, StashJson.Default.BackupConfiguration);
        return outcome.Value is { } config
            ? new JudgedConfig(config, null, BackupConfigurationValidator.Validate(config, new ConfigSurroundings()))
            : new JudgedConfig(null, null, new ValidationResult(outcome.Faults, []));
    }

    private static JudgedConfig JudgeBatch(JsonObject json)
    {
        var outcome = ObjectReader.Read(json, StashJson.Default.BackupBatch);
        return outcome.Value is { } batch
            ? new JudgedConfig(null, batch, BackupBatchValidator.Validate(batch, new ConfigSurroundings()))
            : new JudgedConfig(null, null, new ValidationResult(outcome.Faults, []));
    }

    // A label's value may be what no object can be called (Db_1, ..): it is not put into a URL.
    private async Task<JsonObject?> ReadAsync(ResourceType type, (string Namespace, string Name) key, CancellationToken cancellationToken) =>
        IsName(key.Namespace) && IsName(key.Name) ? await kubernetes.FindAsync(type, key.Namespace, key.Name, cancellationToken) : null;

    // RFC 1123 subdomain, as far as a URL is concerned.
    private static bool IsName(string text) =>
        text.Length is > 0 and <= 253
        && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-' or '.')
        && char.IsAsciiLetterOrDigit(text[0]) && char.IsAsciiLetterOrDigit(text[^1]);

    private sealed record JudgedConfig(BackupConfiguration? Config, BackupBatch? Batch, ValidationResult Faults);
}
