using Stash.Core.Api;
using Stash.Core.CronJobs;
using Stash.Runner.Jobs;

namespace Stash.Runner.Run;

/// <summary>Which config is run, and by whom.</summary>
internal sealed record RunSettings
{
    /// <summary>Kind of what is run: BackupConfiguration or BackupBatch. Default: BackupConfiguration.</summary>
    public string Kind { get; init; } = BackupConfiguration.KindName;

    /// <summary>Name of the BackupConfiguration or BackupBatch.</summary>
    public required string Config { get; init; }

    /// <summary>Its namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>A BackupSession that a user made and this run adopts; null makes one.</summary>
    public string? Session { get; init; }

    /// <summary>A BackupSession whose runner is gone: this run runs its postBackup hook and ends it, and backs nothing up. Null for a run like any.</summary>
    public string? Release { get; init; }

    /// <summary>Uid of the Job whose pod this is (<c>JOB_UID</c>); null outside a Job. Attempts of one Job share one session.</summary>
    public string? JobUid { get; init; }

    /// <summary>Who this process is to others (<c>POD_NAME</c>, else the host's name): Events carry it.</summary>
    public required string Identity { get; init; }

    /// <summary>Folder for restic's cache when the runner works on the repository itself.</summary>
    public required string CachePath { get; init; }

    /// <summary>This runner's image (<c>STASH_IMAGE</c>); null outside a CronJob of this version.</summary>
    public string? Image { get; init; }

    /// <summary>imagePullPolicy of <see cref="Image"/>; null for Kubernetes' default.</summary>
    public string? ImagePullPolicy { get; init; }

    /// <summary>How long and how often.</summary>
    public RunLimits Limits { get; init; } = new();

    /// <summary>Reads the CronJob's environment.</summary>
    /// <param name="config">Option <c>--config</c> or <c>--batch</c>.</param>
    /// <param name="ns">Option <c>--namespace</c>; wins over <c>POD_NAMESPACE</c>.</param>
    /// <param name="session">Option <c>--session</c>.</param>
    /// <param name="environment">Looks up a variable.</param>
    /// <param name="defaultNamespace">What is left when neither says.</param>
    public static RunSettings From(
        string config, string? ns, string? session, Func<string, string?> environment, string defaultNamespace) => new()
        {
            Config = config,
            Namespace = Given(ns) ?? Given(environment(RunnerContainer.PodNamespaceVariable)) ?? defaultNamespace,
            Session = Given(session),
            JobUid = Given(environment(RunnerContainer.JobUidVariable)),
            Identity = Given(environment(RunnerContainer.PodNameVariable)) ?? $"{Environment.MachineName}-{Environment.ProcessId}",
            Image = Given(environment(RunnerContainer.ImageVariable)),
            ImagePullPolicy = Given(environment(RunnerContainer.PullPolicyVariable)),
            CachePath = Directory.Exists(SidecarNames.WorkPath)
                ? Path.Combine(SidecarNames.WorkPath, "cache")
                : Path.Combine(Path.GetTempPath(), "stash-cache"),
        };

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}

/// <summary>Every wait of a run is bounded by one of these.</summary>
internal sealed record RunLimits
{
    /// <summary>How long after the deadline a sidecar may still tell how it ended.</summary>
    public TimeSpan AfterDeadline { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long pods are waited for that are not there or whose sidecar does not run yet.</summary>
    public TimeSpan Pods { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long a sidecar that is reached but does not answer is asked again.</summary>
    public TimeSpan SidecarSilence { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long an API server that cannot be reached is tried while a sidecar works on.</summary>
    public TimeSpan ConnectionLoss { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How often an operation is tried that failed in a way that may pass.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>First pause between attempts and between attachments; doubles up to <see cref="LongestPause"/>.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause between attempts and between attachments.</summary>
    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the Repository's Lease is waited for.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>How long restic waits for a live lock of another.</summary>
    public TimeSpan Lock { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the last words to the API may take when the process is told to end.</summary>
    public TimeSpan LastWords { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the reads and writes around a postBackup hook may take, beside the hook's own timeout.</summary>
    public TimeSpan AroundHook { get; init; } = TimeSpan.FromMinutes(3);

    /// <summary>How a hook's Job is waited for.</summary>
    public JobLimits Executor { get; init; } = new();

    /// <summary>How a Task's Job is waited for.</summary>
    public JobLimits Task { get; init; } = new();

    /// <summary>How long the pods of a hook's Job that was given up may take to end.</summary>
    public TimeSpan ExecutorEnd { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many sidecars work at once.</summary>
    public int Parallel { get; init; } = 4;

    /// <summary>The pause before attempt <paramref name="next"/> (the second is 2).</summary>
    public TimeSpan PauseBefore(int next) =>
        TimeSpan.FromTicks(Math.Min(LongestPause.Ticks, FirstPause.Ticks << Math.Clamp(next - 2, 0, 20)));
}
