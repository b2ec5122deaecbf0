using System.Text.Json.Serialization;

namespace Stash.Core.Api;

/// <summary>What to back up, when, where to and how long to keep it. Read in v1beta1 and in v1beta2, which is the stored version.</summary>
public sealed record BackupConfiguration
{
    /// <summary>Kind as written on the wire.</summary>
    public const string KindName = "BackupConfiguration";

    // Source-generated deserialization sets every init property, absent ones to null: the setters put the defaults back.

    /// <summary><c>stash.appscode.com/v1beta1</c> or <c>stash.appscode.com/v1beta2</c>.</summary>
    public string ApiVersion { get; init => field = value ?? StashApi.V1Beta2; } = StashApi.V1Beta2;

    /// <summary>Always <see cref="KindName"/>.</summary>
    public string Kind { get; init => field = value ?? KindName; } = KindName;

    /// <summary>Standard metadata.</summary>
    public ObjectMeta Metadata { get; init => field = value ?? new(); } = new();

    /// <summary>What is wanted.</summary>
    public BackupConfigurationSpec Spec { get; init => field = value ?? new(); } = new();

    /// <summary>What was observed.</summary>
    public BackupConfigurationStatus? Status { get; init; }
}

/// <summary>The spec of a <see cref="BackupConfiguration"/>.</summary>
public sealed record BackupConfigurationSpec : BackupTemplate
{
    /// <summary>When: five cron fields or a descriptor as CronJobs take them, with <c>H</c> for a spread stable for each config.</summary>
    public string? Schedule { get; init; }

    /// <summary>IANA time zone of <see cref="Schedule"/>; default <c>Etc/UTC</c>. An addition of this project.</summary>
    public string? TimeZone { get; init; }

    /// <summary><c>Restic</c> (default) or <c>VolumeSnapshotter</c>.</summary>
    public string? Driver { get; init; }

    /// <summary>Where to: an object in v1beta1, a list in v1beta2; either shape is read.</summary>
    [JsonPropertyName("repository")]
    [JsonConverter(typeof(RepositoryReferencesConverter))]
    public IReadOnlyList<RepositoryReference>? Repositories { get; init; }

    /// <summary>How long snapshots are kept; required.</summary>
    public RetentionPolicy? RetentionPolicy { get; init; }

    /// <summary>True suspends the CronJob; default false.</summary>
    public bool? Paused { get; init; }

    /// <summary>How many finished BackupSessions are kept beside the newest finished one; default 1. 0 keeps none.</summary>
    public int? BackupHistoryLimit { get; init; }

    /// <summary>How long one session may take, as a Go duration (<c>1h30m</c>); default: no limit of the user's.</summary>
    public string? TimeOut { get; init; }

    /// <summary>How often and how long after a failed session another is tried.</summary>
    public RetryConfig? RetryConfig { get; init; }
}

/// <summary>The part that BackupConfiguration and the members of a BackupBatch share.</summary>
public abstract record BackupTemplate
{
    /// <summary>Function-Task model: which Task does the backup. Excludes <see cref="BackupTarget.Sidecar"/>.</summary>
    public TaskReference? Task { get; init; }

    /// <summary>What is backed up.</summary>
    public BackupTarget? Target { get; init; }

    /// <summary>How the sidecar's container, and the Jobs' pods, are to run.</summary>
    public RuntimeSettings? RuntimeSettings { get; init; }

    /// <summary>Scratch space and restic's cache.</summary>
    public TempDir? TempDir { get; init; }

    /// <summary>Job model: a PersistentVolumeClaim template for data on its way; kept as it stands.</summary>
    public System.Text.Json.Nodes.JsonObject? InterimVolumeTemplate { get; init; }

    /// <summary>What runs before and after.</summary>
    public BackupHooks? Hooks { get; init; }
}

/// <summary>A Repository by name.</summary>
public sealed record RepositoryReference
{
    /// <summary>Name of the Repository.</summary>
    public string? Name { get; init; }

    /// <summary>Its namespace; default: the config's.</summary>
    public string? Namespace { get; init; }
}

/// <summary>Retries of a session by a new session (not the Job's own).</summary>
public sealed record RetryConfig
{
    /// <summary>How many; default 1.</summary>
    public int? MaxRetry { get; init; }

    /// <summary>Time between, a Go duration.</summary>
    public string? Delay { get; init; }
}

/// <summary>A Task by name, with the values of its params.</summary>
public sealed record TaskReference
{
    /// <summary>Name of the Task.</summary>
    public string? Name { get; init; }

    /// <summary>Values by name; read as a list of name and value or as a map.</summary>
    [JsonConverter(typeof(ParamsConverter))]
    public IReadOnlyDictionary<string, string>? Params { get; init; }
}

/// <summary>Scratch space of a session.</summary>
public sealed record TempDir
{
    /// <summary>Medium of the emptyDir: empty or <c>Memory</c>.</summary>
    public string? Medium { get; init; }

    /// <summary>Limit of the emptyDir, a Kubernetes quantity.</summary>
    public string? SizeLimit { get; init; }

    /// <summary>True runs restic with <c>--no-cache</c>.</summary>
    public bool? DisableCaching { get; init; }
}

/// <summary>The status of a <see cref="BackupConfiguration"/>.</summary>
public sealed record BackupConfigurationStatus
{
    /// <summary><c>Invalid</c>, <c>Ready</c> or <c>NotReady</c>.</summary>
    public string? Phase { get; init; }

    /// <summary>Generation of the spec that this status is about.</summary>
    public long? ObservedGeneration { get; init; }

    /// <summary>BackupTargetFound, StashSidecarInjected, CronJobCreated, RepositoryFound, BackendSecretFound, ValidationPassed.</summary>
    public IReadOnlyList<Condition>? Conditions { get; init; }

    /// <summary>Name of the newest finished BackupSession. This and what follows are additions of this project, written by <c>run</c>.</summary>
    public string? LastSession { get; init; }

    /// <summary>How it ended: <c>Succeeded</c>, <c>Failed</c> or <c>Skipped</c>.</summary>
    public string? LastResult { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? LastSessionTime { get; init; }

    /// <summary>How long the newest session that was not skipped took, in seconds.</summary>
    public double? LastDurationSeconds { get; init; }

    /// <summary>When the newest session that succeeded ended.</summary>
    public DateTimeOffset? LastSuccessTime { get; init; }

    /// <summary>Size of what the newest session that succeeded backed up, in bytes, before deduplication.</summary>
    public long? LastSizeBytes { get; init; }

    /// <summary>Sessions that failed since the last one that succeeded.</summary>
    public int? ConsecutiveFailures { get; init; }

    /// <summary>When the schedule is next due, RFC 3339 in UTC; absent while paused or without a schedule. Written by <c>sync</c> and <c>run</c>.</summary>
    public string? NextScheduleTime { get; init; }
}
