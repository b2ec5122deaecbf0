using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Kubernetes;
using Stash.Core.Validation;

namespace Stash.Core.Batches;

/// <summary>What sessions are of: a BackupConfiguration, or a BackupBatch with its members.</summary>
public sealed record Invoker
{
    private Invoker(BackupConfiguration whole, IReadOnlyList<BackupConfiguration> members, BackupBatch? batch) =>
        (Whole, Members, Batch) = (whole, members, batch);

    /// <summary>What is said for all members; of a BackupConfiguration, itself.</summary>
    public BackupConfiguration Whole { get; }

    /// <summary>What is backed up, each as a config; of a BackupConfiguration, itself.</summary>
    public IReadOnlyList<BackupConfiguration> Members { get; }

    /// <summary>The batch; null for a BackupConfiguration.</summary>
    public BackupBatch? Batch { get; }

    /// <summary>Kind on the wire.</summary>
    public string Kind => Whole.Kind;

    /// <summary>Every postBackup hook: what may still have to run when a runner is told to stop.</summary>
    public IEnumerable<Hook> Releases =>
        (Batch is null ? Members : [Whole, .. Members]).Select(one => one.Spec.Hooks?.PostBackup).OfType<Hook>();

    /// <summary>Of a BackupConfiguration.</summary>
    public static Invoker Of(BackupConfiguration config) => new(config, [config], null);

    /// <summary>Of a BackupBatch.</summary>
    public static Invoker Of(BackupBatch batch) => new(BatchMembers.Whole(batch), BatchMembers.Of(batch), batch);

    /// <summary>Reads one by its kind; anything but a BackupBatch counts as a BackupConfiguration.</summary>
    /// <returns>Null, and the faults, where it cannot be read.</returns>
    public static (Invoker? Value, IReadOnlyList<Fault> Faults) Read(JsonObject json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json["kind"]?.GetValue<string>() == BackupBatch.KindName)
        {
            var batch = ObjectReader.Read(json, StashJson.Default.BackupBatch);
            return (batch.Value is { } value ? Of(value) : null, batch.Faults);
        }

        var config = ObjectReader.Read(json, StashJson.Default.BackupConfiguration);
        return (config.Value is { } one ? Of(one) : null, config.Faults);
    }

    /// <summary>The type in the API of an invoker's kind; null for other kinds.</summary>
    public static ResourceType? TypeOf(string? kind) => kind switch
    {
        BackupConfiguration.KindName => ResourceTypes.BackupConfigurations,
        BackupBatch.KindName => ResourceTypes.BackupBatches,
        _ => null,
    };

    /// <summary>Judges it, without its workloads.</summary>
    public ValidationResult Validate(ConfigSurroundings surroundings) =>
        Batch is null ? BackupConfigurationValidator.Validate(Whole, surroundings) : BackupBatchValidator.Validate(Batch, surroundings);
}
