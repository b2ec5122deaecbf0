using System.Globalization;

namespace Stash.Core.Injection;

/// <summary>A reason for leaving a pod as it is.</summary>
/// <param name="Code">Stable: users match logs and metrics on it.</param>
/// <param name="Template">The sentence; <c>{0}</c> and so on are names.</param>
/// <param name="Warns">Whether the one who creates the pod is told; false where nothing is amiss.</param>
public sealed record SkipReason(string Code, string Template, bool Warns = true)
{
    // Kubernetes: keep a warning under 120 characters. Names may be 63 long and details longer, so they give way, not the words.
    private static readonly int[] NameLimits = [256, 80, 63, 48, 36, 28, 20, 14];

    /// <summary>The skip, with the names put in and shortened until the sentence is under 120 characters.</summary>
    public InjectionSkip For(params string[] names)
    {
        var sentence = "";
        foreach (var limit in NameLimits)
        {
            object[] shortened = [.. names.Select(name => name.Length <= limit ? name : name[..(limit - 1)] + "…")];
            sentence = string.Format(CultureInfo.InvariantCulture, Template, shortened);
            if (sentence.Length < 120)
            {
                break;
            }
        }

        return new InjectionSkip(Code, sentence);
    }
}

/// <summary>Every reason for leaving a pod as it is: the one table that log, metric label and warning share.</summary>
public static class SkipReasons
{
    /// <summary>The pod did not opt in.</summary>
    public static readonly SkipReason NoLabel = new("no-label", "label stash.appscode.com/config is missing or empty: nothing to inject", Warns: false);

    /// <summary>The pod came around a second time.</summary>
    public static readonly SkipReason AlreadyInjected = new("already-injected", "the pod already carries the sidecar", Warns: false);

    /// <summary>The pod has a container or a volume of our name that is not ours.</summary>
    public static readonly SkipReason NameTaken = new("name-taken", "the pod has a {0} named {1} of its own: rename it, the sidecar needs that name");

    /// <summary>Not a pod that can be patched.</summary>
    public static readonly SkipReason PodMalformed = new("pod-malformed", "the pod cannot be read, no sidecar is injected: {0}");

    /// <summary>The mirror of a static pod: the kubelet runs what is on its disk, whatever the API says.</summary>
    public static readonly SkipReason MirrorPod = new("mirror-pod", "a static pod takes no sidecar: run the workload as a Deployment, StatefulSet or DaemonSet");

    /// <summary>restic's image is for Linux.</summary>
    public static readonly SkipReason WindowsPod = new("windows-pod", "a Windows pod takes no sidecar: take its label stash.appscode.com/config off");

    /// <summary>The label names nothing.</summary>
    public static readonly SkipReason ConfigNotFound = new("config-not-found", "no BackupConfiguration {0} in namespace {1}: create it, then recreate the pod");

    /// <summary>The label names a batch, and no member of it is the pod's workload.</summary>
    public static readonly SkipReason NoMember = new("no-member", "no member of BackupBatch {0} names {1}: add one, or take the label off, then recreate the pod");

    /// <summary>The config has faults.</summary>
    public static readonly SkipReason ConfigInvalid = new("config-invalid", "BackupConfiguration {0} is invalid, no sidecar is injected: {1}");

    /// <summary>Function-Task model: Jobs do the backup.</summary>
    public static readonly SkipReason TaskModel = new("task-model", "BackupConfiguration {0} runs Task {1} as a Job: it needs no sidecar", Warns: false);

    /// <summary>VolumeSnapshotter: the storage does the backup.</summary>
    public static readonly SkipReason SnapshotDriver = new("snapshot-driver", "BackupConfiguration {0} takes volume snapshots: it needs no sidecar", Warns: false);

    /// <summary>A volume is the target, not a workload.</summary>
    public static readonly SkipReason VolumeTarget = new("volume-target", "BackupConfiguration {0} backs up a {1}, not a workload: it takes no sidecar");

    /// <summary><c>target.sidecar</c> names a Function that does not exist.</summary>
    public static readonly SkipReason FunctionNotFound = new("function-not-found", "no Function {0}, which BackupConfiguration {1} names: create it, then recreate the pod");

    /// <summary>No container can be made of the Function: it breaks a rule, or a variable has no value.</summary>
    public static readonly SkipReason FunctionUnusable = new("function-unusable", "Function {0} makes no sidecar: {1}");

    /// <summary>The Function mounts a volume that the pod lacks.</summary>
    public static readonly SkipReason FunctionVolumeMissing = new("function-volume-missing", "the pod has no volume {0}, which Function {1} mounts: add it to the workload");

    /// <summary>The config names a Repository that does not exist.</summary>
    public static readonly SkipReason RepositoryNotFound = new("repository-not-found", "no Repository {0} in namespace {1}: create it, then recreate the pod");

    /// <summary>The Repository is of another namespace and does not let this one in.</summary>
    public static readonly SkipReason RepositoryNotAllowed = new("repository-not-allowed", "Repository {0} of namespace {1} does not admit {2}: widen its spec.usagePolicy");

    /// <summary>The Repository lacks what the sidecar needs.</summary>
    public static readonly SkipReason RepositoryInvalid = new("repository-invalid", "Repository {0} is invalid, no sidecar is injected: {1}");

    /// <summary>A classic sidecar never ends, and neither would the pod.</summary>
    public static readonly SkipReason JobWithoutNative = new("job-without-native", "a classic sidecar would keep this pod from finishing; a native one needs Kubernetes 1.29");

    /// <summary><c>target.volumeMounts</c> or a container names a volume that the pod lacks.</summary>
    public static readonly SkipReason VolumeMissing = new("volume-missing", "the pod has no volume {0}: mend target.volumeMounts of BackupConfiguration {1}");

    /// <summary>A path to back up is on no volume.</summary>
    public static readonly SkipReason PathNotMounted = new("path-not-mounted", "no container has all paths on volumes ({0}): mend target.paths of BackupConfiguration {1}");

    /// <summary>Two mounts of the sidecar would cover each other.</summary>
    public static readonly SkipReason MountConflict = new("mount-conflict", "the sidecar cannot mount {0} beside {1}: move one of them");

    /// <summary>A mount's <c>subPathExpr</c> needs a variable that only the kubelet could know.</summary>
    public static readonly SkipReason SubPathUnresolved = new("subpath-unresolved", "subPathExpr of mount {0} needs variable {1}: define it in env of container {2}");

    /// <summary>Raised by the webhook: what the label names could not be looked up. Backups wait; the pod does not.</summary>
    public static readonly SkipReason ApiUnavailable = new("api-unavailable", "the Kubernetes API did not tell what {0} is: no sidecar; recreate the pod later");

    /// <summary>The table.</summary>
    public static readonly IReadOnlyList<SkipReason> All =
    [
        NoLabel, AlreadyInjected, NameTaken, PodMalformed, MirrorPod, WindowsPod, ConfigNotFound, NoMember, ConfigInvalid, TaskModel, SnapshotDriver,
        VolumeTarget, FunctionNotFound, FunctionUnusable, FunctionVolumeMissing, RepositoryNotFound, RepositoryNotAllowed,
        RepositoryInvalid, JobWithoutNative, VolumeMissing, PathNotMounted, MountConflict, SubPathUnresolved, ApiUnavailable,
    ];

    /// <summary>Whether the one who creates the pod is told.</summary>
    public static bool Warns(string code) => All.FirstOrDefault(reason => string.Equals(reason.Code, code, StringComparison.Ordinal))?.Warns ?? true;
}
