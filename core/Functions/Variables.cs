using System.Globalization;
using Stash.Core.Api;
using Stash.Core.Restic;

namespace Stash.Core.Functions;

/// <summary>The variables that Functions may use, by the names that Stash's users know. Each is set, to nothing where nothing is meant, but for <see cref="OfSession"/> and <see cref="Hostname"/>.</summary>
public static class Variables
{
    /// <summary>Name of the BackupSession that runs.</summary>
    public const string BackupSession = "BACKUP_SESSION";

    /// <summary>restic's host name of what is backed up.</summary>
    public const string Hostname = "HOSTNAME";

    /// <summary>Where the target's data is mounted in a Job of the Function-Task model.</summary>
    public const string TargetMountPath = "TARGET_MOUNT_PATH";

    /// <summary>The folders that are backed up, separated by commas.</summary>
    public const string TargetPaths = "TARGET_PATHS";

    /// <summary>Where the interim volume is mounted.</summary>
    public const string InterimDataDir = "INTERIM_DATA_DIR";

    /// <summary>The interim volume's mount path in Jobs, and the value of <see cref="InterimDataDir"/>.</summary>
    public const string InterimPath = "/stash-interim-data";

    /// <summary>Where the data of a target without mounts of its own is mounted in Jobs.</summary>
    public const string DefaultMountPath = "/stash-data";

    /// <summary>Known only while a session runs: not when a pod is admitted.</summary>
    public static readonly IReadOnlySet<string> OfSession = new HashSet<string>(StringComparer.Ordinal) { BackupSession, "RESTORE_SESSION" };

    /// <summary>The variables of a config; params are laid over them.</summary>
    /// <param name="config">The config, with its namespace.</param>
    /// <param name="repository">Its Repository, with its namespace.</param>
    public static IReadOnlyDictionary<string, string> Of(BackupConfiguration config, Repository repository)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(repository);
        var target = config.Spec.Target;
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["NAMESPACE"] = config.Metadata.Namespace ?? "",
            ["INVOKER_KIND"] = config.Kind,
            ["INVOKER_NAME"] = config.Metadata.Name ?? "",
            ["CONFIG_TAG"] = SnapshotTags.OfConfig(config),
            ["TARGET_KIND"] = target?.Ref?.Kind ?? "",
            ["TARGET_NAME"] = target?.Ref?.Name ?? "",
            ["TARGET_NAMESPACE"] = target?.Ref?.Namespace ?? config.Metadata.Namespace ?? "",
            [TargetPaths] = string.Join(',', target?.Paths ?? []),
            [TargetMountPath] = target?.VolumeMounts is [{ MountPath: { } path }, ..] ? path : DefaultMountPath,
            ["EXCLUDE_PATTERNS"] = string.Join(',', target?.Exclude ?? []),
            ["INCLUDE_PATTERNS"] = "",
            ["DRIVER_ARGS"] = string.Join(',', target?.Args ?? []),
            ["ENABLE_CACHE"] = Word(config.Spec.TempDir?.DisableCaching != true),
            [InterimDataDir] = config.Spec.InterimVolumeTemplate is null ? "" : InterimPath,
        };
        AddRepository(values, repository);
        AddRetention(values, config.Spec.RetentionPolicy);
        return values;
    }

    /// <summary>A copy with more values; the later win.</summary>
    public static IReadOnlyDictionary<string, string> With(
        this IReadOnlyDictionary<string, string> variables, params IReadOnlyList<IReadOnlyDictionary<string, string>?> more)
    {
        var all = new Dictionary<string, string>(variables, StringComparer.Ordinal);
        foreach (var (name, value) in more.SelectMany(one => one ?? new Dictionary<string, string>()))
        {
            all[name] = value;
        }

        return all;
    }

    /// <summary>A copy with one value more.</summary>
    public static IReadOnlyDictionary<string, string> With(this IReadOnlyDictionary<string, string> variables, string name, string value) =>
        variables.With(new Dictionary<string, string> { [name] = value });

    /// <summary>A copy in which what only a session knows is set, to nothing: for a check before there is one.</summary>
    internal static IReadOnlyDictionary<string, string> InSession(this IReadOnlyDictionary<string, string> variables) =>
        variables.With(Hostname, "").With(BackupSession, "");

    private static void AddRepository(Dictionary<string, string> values, Repository repository)
    {
        var backend = repository.Spec.Backend ?? new Backend();
        var (provider, bucket, prefix, endpoint) = backend switch
        {
            { Local: { } local } => ("local", local.MountPath, local.SubPath, null),
            { S3: { } s3 } => ("s3", s3.Bucket, s3.Prefix, s3.Endpoint),
            { Gcs: { } gcs } => ("gcs", gcs.Bucket, gcs.Prefix, null),
            { Azure: { } azure } => ("azure", azure.Container, azure.Prefix, null),
            { Swift: { } swift } => ("swift", swift.Container, swift.Prefix, null),
            { B2: { } b2 } => ("b2", b2.Bucket, b2.Prefix, null),
            { Rest: { } rest } => ("rest", null, null, rest.Url),
            _ => ("", (string?)null, (string?)null, (string?)null),
        };
        values["REPOSITORY_NAME"] = repository.Metadata.Name ?? "";
        values["REPOSITORY_NAMESPACE"] = repository.Metadata.Namespace ?? "";
        values["REPOSITORY_PROVIDER"] = provider;
        values["REPOSITORY_BUCKET"] = bucket ?? "";
        values["REPOSITORY_PREFIX"] = prefix ?? "";
        values["REPOSITORY_ENDPOINT"] = endpoint ?? "";
        values["REPOSITORY_REGION"] = backend.S3?.Region ?? "";
        values["REPOSITORY_INSECURE_TLS"] = Word(backend.S3?.InsecureTLS == true);
        values["REPOSITORY_SECRET_NAME"] = backend.StorageSecretName ?? "";
        values["REPOSITORY_SECRET_NAMESPACE"] = repository.Metadata.Namespace ?? "";
        values["REPOSITORY_URL"] = Url(backend);
    }

    private static void AddRetention(Dictionary<string, string> values, RetentionPolicy? policy)
    {
        foreach (var (name, count) in (ReadOnlySpan<(string, int?)>)
            [
                ("LAST", policy?.KeepLast), ("HOURLY", policy?.KeepHourly), ("DAILY", policy?.KeepDaily), ("WEEKLY", policy?.KeepWeekly),
                ("MONTHLY", policy?.KeepMonthly), ("YEARLY", policy?.KeepYearly),
            ])
        {
            values["RETENTION_KEEP_" + name] = (count ?? 0).ToString(CultureInfo.InvariantCulture);
        }

        values["RETENTION_KEEP_TAGS"] = string.Join(',', policy?.KeepTags ?? []);
        values["RETENTION_PRUNE"] = Word(policy?.Prune == true);
        values["RETENTION_DRY_RUN"] = Word(policy?.DryRun == true);
    }

    // A backend that lacks a field is a fault of the Repository's, told there.
    private static string Url(Backend backend)
    {
        try
        {
            return BackendAddress.For(backend).Repository;
        }
        catch (ArgumentException)
        {
            return "";
        }
    }

    private static string Word(bool value) => value ? "true" : "false";
}
