using System.Text.Json.Serialization;

namespace Stash.Core.Api;

/// <summary>What to back up, when, where to and how long to keep it. v1beta2 is the stored version; v1beta1 differs in the shape of spec.repository.</summary>
public sealed record BackupConfiguration
{
    /// <summary>Kind as written on the wire.</summary>
    public const string KindName = "BackupConfiguration";

    // Source-generated deserialization sets every init property, absent ones to null: the setters put the defaults back.

    /// <summary><c>stash.appscode.com/v1beta1</c> or <c>stash.appscode.com/v1beta2</c>.</summary>
    public string ApiVersion { get; init => field = value ?? StashApi.V1Beta2; } = StashApi.V1Beta2;

    /// <summary><see cref="KindName"/>; <c>BackupBatch</c> where a member of one is treated as a config (<see cref="Batches.BatchMembers"/>).</summary>
    public string Kind { get; init => field = value ?? KindName; } = KindName;

    /// <summary>Standard metadata.</summary>
    public ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>What is wanted.</summary>
    public BackupConfigurationSpec Spec { get; init => field = value ?? new(); } = new();

    /// <summary>What was observed; written by sync and run, of no effect on what is done.</summary>
    public BackupConfigurationStatus? Status { get; init; }
}

/// <summary>The spec of a <see cref="BackupConfiguration"/>.</summary>
public sealed record BackupConfigurationSpec : BackupTemplate
{
    /// <summary>When: five cron fields, or a descriptor such as <c>@daily</c>, as CronJobs take them; <c>H</c> in a field stands for a value of its own for each config. Without it, backups are made on demand only.</summary>
    public string? Schedule { get; init; }

    /// <summary>Time zone of <see cref="Schedule"/>, a name of the IANA database such as <c>Europe/Paris</c>. Default: <c>Etc/UTC</c>. An addition of this project.</summary>
    public string? TimeZone { get; init; }

    /// <summary>How: <c>Restic</c>, or <c>VolumeSnapshotter</c>, which this version accepts but does not run. Default: <c>Restic</c>.</summary>
    public string? Driver { get; init; }

    /// <summary>Where to: the Repository that holds the snapshots; one object in v1beta1, a list of one in v1beta2. Required, but for VolumeSnapshotter.</summary>
    [JsonPropertyName("repository")]
    [JsonConverter(typeof(RepositoryReferencesConverter))]
    public IReadOnlyList<RepositoryReference>? Repositories { get; init; }

    /// <summary>Which snapshots are kept; applied after each backup, by host and by the config's tag. Required.</summary>
    public RetentionPolicy? RetentionPolicy { get; init; }

    /// <summary>True suspends the CronJob: no backup runs by itself until it is false. Default: false.</summary>
    public bool? Paused { get; init; }

    /// <summary>How many finished BackupSessions are kept beside the newest finished one; 0 keeps none. Default: 1.</summary>
    public int? BackupHistoryLimit { get; init; }

    /// <summary>How long one session may take, a Go duration such as <c>1h30m</c>; what takes longer is ended and fails. Default: three days.</summary>
    public string? TimeOut { get; init; }

    /// <summary>Further sessions after a failed one. This version accepts it but does not act on it.</summary>
    public RetryConfig? RetryConfig { get; init; }
}

/// <summary>The part that BackupConfiguration and the members of a BackupBatch share.</summary>
public abstract record BackupTemplate
{
    /// <summary>Function-Task model: the Task that does the backup in a Job. Excludes target.sidecar.</summary>
    public TaskReference? Task { get; init; }

    /// <summary>What is backed up, and by which sidecar. Required unless <see cref="Task"/> is set.</summary>
    public BackupTarget? Target { get; init; }

    /// <summary>How the sidecar's container, the pods of the CronJob, and a Task's Job are to run.</summary>
    public RuntimeSettings? RuntimeSettings { get; init; }

    /// <summary>Scratch space of the sidecar, and restic's cache in it; of a Task's Job, its /tmp, in which steps hand files on.</summary>
    public TempDir? TempDir { get; init; }

    /// <summary>With a Task: a PersistentVolumeClaim (core/v1) for data on its way, mounted at /stash-interim-data; it goes with its session.</summary>
    public System.Text.Json.Nodes.JsonObject? InterimVolumeTemplate { get; init; }

    /// <summary>What runs before and after each backup.</summary>
    public BackupHooks? Hooks { get; init; }
}

/// <summary>A Repository by name.</summary>
public sealed record RepositoryReference
{
    /// <summary>Name of the Repository. Required.</summary>
    public string? Name { get; init; }

    /// <summary>Namespace of the Repository; its usagePolicy must allow this config's. Default: the config's namespace.</summary>
    public string? Namespace { get; init; }
}

/// <summary>Retries of a session by a new session (not the Job's own).</summary>
public sealed record RetryConfig
{
    /// <summary>How many sessions at most follow a failed one. Default: 1.</summary>
    public int? MaxRetry { get; init; }

    /// <summary>Time from a failed session to the next, a Go duration such as <c>5m</c>.</summary>
    public string? Delay { get; init; }
}

/// <summary>A Task by name, with the values of its params.</summary>
public sealed record TaskReference
{
    /// <summary>Name of the Task. Required.</summary>
    public string? Name { get; init; }

    /// <summary>Values of the Task's params by name: a map of strings, or a list of name and value.</summary>
    [JsonConverter(typeof(ParamsConverter))]
    public IReadOnlyDictionary<string, string>? Params { get; init; }
}

/// <summary>Scratch space of a session.</summary>
public sealed record TempDir
{
    /// <summary>Medium of the emptyDir: empty for the node's disk, <c>Memory</c> for a tmpfs that counts as the pod's memory. Default: empty.</summary>
    public string? Medium { get; init; }

    /// <summary>Limit of the emptyDir, a quantity such as <c>1Gi</c>. Default: none.</summary>
    public string? SizeLimit { get; init; }

    /// <summary>True runs restic with <c>--no-cache</c>. Default: false.</summary>
    public bool? DisableCaching { get; init; }
}

/// <summary>The status of a <see cref="BackupConfiguration"/>.</summary>
public sealed record BackupConfigurationStatus
{
    /// <summary><c>Invalid</c>, <c>Ready</c> or <c>NotReady</c>; the conditions say why.</summary>
    public string? Phase { get; init; }

    /// <summary>metadata.generation of the spec that this status is about.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>BackupTargetFound, StashSidecarInjected, CronJobCreated, RepositoryFound, BackendSecretFound, ValidationPassed.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }

    /// <summary>Name of the newest finished BackupSession. Like what follows an addition of this project, written when a session ends.</summary>
    public string? LastSession { get; init; }

    /// <summary>How the newest finished session ended: <c>Succeeded</c>, <c>Failed</c> or <c>Skipped</c>.</summary>
    public string? LastResult { get; init; }

    /// <summary>When the newest finished session ended.</summary>
    public DateTimeOffset? LastSessionTime { get; init; }

    /// <summary>How long the newest session that was not skipped took, in seconds.</summary>
    public double? LastDurationSeconds { get; init; }

    /// <summary>When the newest session that succeeded ended; what is newer than this is not backed up.</summary>
    public DateTimeOffset? LastSuccessTime { get; init; }

    /// <summary>Size of what the newest session that succeeded backed up, in bytes, before deduplication.</summary>
    public long? LastSizeBytes { get; init; }

    /// <summary>Sessions that failed since the last one that succeeded.</summary>
    public int? ConsecutiveFailures { get; init; }

    /// <summary>When the schedule is next due, RFC 3339 in UTC; absent while paused or without a schedule. Written by <c>sync</c> and <c>run</c>.</summary>
    public string? NextScheduleTime { get; init; }
}
