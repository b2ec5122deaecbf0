using Stash.Core.Api;

namespace Stash.Core.Batches;

/// <summary>The members of a BackupBatch as BackupConfigurations: what works on a config works on a member; pure.</summary>
public static class BatchMembers
{
    /// <summary>Each member with what the batch says for all of them; its hooks are its own.</summary>
    public static IReadOnlyList<BackupConfiguration> Of(BackupBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var whole = Whole(batch);
        return [.. (batch.Spec.Members ?? []).Select(member => whole with
        {
            Spec = whole.Spec with
            {
                Task = member?.Task,
                Target = member?.Target,
                RuntimeSettings = member?.RuntimeSettings,
                TempDir = member?.TempDir,
                InterimVolumeTemplate = member?.InterimVolumeTemplate,
                Hooks = member?.Hooks,
            },
        })];
    }

    /// <summary>What the batch says for all members, its own hooks and settings among it; without a target.</summary>
    public static BackupConfiguration Whole(BackupBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var spec = batch.Spec;
        return new BackupConfiguration
        {
            // Of both versions the one whose spec.repository is a single object, as a batch's is: faults are told of that field.
            ApiVersion = StashApi.V1Beta1,
            Kind = BackupBatch.KindName,
            Metadata = batch.Metadata,
            Spec = new BackupConfigurationSpec
            {
                Schedule = spec.Schedule,
                TimeZone = spec.TimeZone,
                Driver = spec.Driver,
                Repositories = spec.Repository is { } repository ? [repository] : null,
                RetentionPolicy = spec.RetentionPolicy,
                Paused = spec.Paused,
                BackupHistoryLimit = spec.BackupHistoryLimit,
                TimeOut = spec.TimeOut,
                RetryConfig = spec.RetryConfig,
                Hooks = spec.Hooks,
                RuntimeSettings = spec.RuntimeSettings,
            },
            Status = batch.Status,
        };
    }
}
