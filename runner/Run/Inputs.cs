using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Core.Functions;
using Stash.Core.Kubernetes;
using Stash.Core.Validation;
using Stash.Runner.Tasks;

namespace Stash.Runner.Run;

/// <summary>What a session works from.</summary>
/// <param name="Config">The config, valid.</param>
/// <param name="Target">Its target.</param>
/// <param name="Repository">Its Repository.</param>
/// <param name="Sidecar">The Function of its custom sidecar; null where the pre-defined one backs up.</param>
internal sealed record Inputs(BackupConfiguration Config, TargetReference Target, Repository Repository, Function? Sidecar)
{
    /// <summary>Whether the sidecar is woken in a way of its own; else it carries the runner.</summary>
    public bool IsWokenByItself => Sidecar?.Spec.Sidecar?.Signal is not null;

    /// <summary>The Task that backs up, with its Functions; null where sidecars do.</summary>
    public TaskInputs? Task { get; init; }
}

/// <summary>Reads a session's inputs and judges them anew: what slipped past admission ends in a named failure.</summary>
internal sealed class InputReader(IKubernetesClient client, string ns)
{
    /// <summary>Reads the config or batch.</summary>
    /// <exception cref="RunFailureException">A field has a wrong type.</exception>
    public static Invoker Read(JsonObject config)
    {
        var (invoker, faults) = Invoker.Read(config);
        return invoker ?? throw Invalid(faults);
    }

    /// <summary>Looks up what the config names and judges it.</summary>
    /// <exception cref="RunFailureException">It is invalid, names what does not exist, or asks for what this version does not do.</exception>
    public async Task<Inputs> GatherAsync(BackupConfiguration config, CancellationToken cancellationToken)
    {
        RefuseUnsupported(config.Spec);
        if (Targets.Of(config) is not { Kind: not null, Name: not null } target)
        {
            throw new RunFailureException(FailureCodes.ConfigInvalid, "spec.target.ref: Required value: names the workload that is backed up");
        }

        var reference = config.Spec.Repositories is [var first, ..] ? first : new RepositoryReference();
        var repositoryNamespace = string.IsNullOrEmpty(reference.Namespace) ? ns : reference.Namespace;
        var json = await client.FindAsync(ResourceTypes.Repositories, repositoryNamespace, reference.Name ?? "", cancellationToken)
            ?? throw new RunFailureException(
                FailureCodes.RepositoryObjectNotFound, $"there is no Repository {reference.Name} in namespace {repositoryNamespace}");
        var repository = ReadRepository(json);
        var surroundings = new ConfigSurroundings
        {
            Repositories = [repository],
            NamespaceLabels = repositoryNamespace == ns ? null : await NamespaceLabelsAsync(cancellationToken),
        };
        var verdict = BackupConfigurationValidator.Validate(config, surroundings);
        if (!verdict.IsValid)
        {
            throw Invalid(verdict.Faults);
        }

        var sidecar = await SidecarAsync(config, surroundings, cancellationToken);
        var task = config.Spec.Task is { } call ? await new TaskReader(client).ReadAsync(call, cancellationToken) : null;
        return new Inputs(config, target, repository, sidecar) { Task = task };
    }

    /// <summary>The Function of a custom sidecar. Those of hooks are the hooks' own concern: what became of the backup does not hang on a postBackup hook.</summary>
    private async Task<Function?> SidecarAsync(BackupConfiguration config, ConfigSurroundings surroundings, CancellationToken cancellationToken)
    {
        if (config.Spec.Target?.Sidecar?.FunctionName is not { } name)
        {
            return null;
        }

        var found = await client.FindAsync(ResourceTypes.Functions, null, name, cancellationToken) is { } json ? FunctionCalls.Read(json) : null;
        var alone = config with { Spec = config.Spec with { Hooks = null } };
        var verdict = BackupConfigurationValidator.Validate(alone, surroundings with { Functions = found is null ? [] : [found] });
        return verdict.IsValid ? found : throw new RunFailureException(FunctionFaults.Code(verdict.Faults), Words(verdict.Faults));
    }

    private static Repository ReadRepository(JsonObject json)
    {
        var outcome = ObjectReader.Read(json, StashJson.Default.Repository);
        if (outcome.Value is not { } repository)
        {
            throw Invalid(outcome.Faults);
        }

        var verdict = RepositoryValidator.Validate(repository);
        return verdict.IsValid ? repository : throw Invalid(verdict.Faults);
    }

    /// <summary>Labels by which a Repository of another namespace may let this one in; null where they may not be read, and then nothing is judged by them.</summary>
    private async Task<IReadOnlyDictionary<string, string>?> NamespaceLabelsAsync(CancellationToken cancellationToken)
    {
        try
        {
            var labels = (await client.FindAsync(ResourceTypes.Namespaces, null, ns, cancellationToken)).At("metadata", "labels") as JsonObject;
            return (labels ?? []).ToDictionary(l => l.Key, l => l.Value?.ToString() ?? "", StringComparer.Ordinal);
        }
        catch (KubernetesException refused) when (refused.StatusCode == System.Net.HttpStatusCode.Forbidden)
        {
            return null;
        }
    }

    private static void RefuseUnsupported(BackupConfigurationSpec spec)
    {
        var what = spec switch
        {
            { Driver: { Length: > 0 } driver } when driver != "Restic" => $"spec.driver {driver}",
            { Repositories.Count: > 1 } => "more than one spec.repository",
            _ => null,
        };
        if (what is not null)
        {
            throw new RunFailureException(
                FailureCodes.NotSupported, $"{what} is not supported by this version; nothing was backed up, because a backup without it is not what was asked for");
        }
    }

    private static RunFailureException Invalid(IReadOnlyList<Fault> faults) =>
        new(FailureCodes.ConfigInvalid, Words(faults));

    private static string Words(IReadOnlyList<Fault> faults) => string.Join("; ", faults.Select(f => f.ToString()));
}
