namespace Stash.Core.Api;

/// <summary>Names that users and other programs rely on: the API group, its versions, labels and annotations.</summary>
public static class StashApi
{
    /// <summary>The API group of every kind of this project.</summary>
    public const string Group = "stash.appscode.com";

    /// <summary>apiVersion of the stored version of BackupConfiguration.</summary>
    public const string V1Beta2 = Group + "/v1beta2";

    /// <summary>apiVersion of BackupSession, and the older version of BackupConfiguration.</summary>
    public const string V1Beta1 = Group + "/v1beta1";

    /// <summary>apiVersion of Repository.</summary>
    public const string V1Alpha1 = Group + "/v1alpha1";
}

/// <summary>Labels read or written by this project.</summary>
public static class Labels
{
    /// <summary>On a pod or workload: the name of the BackupConfiguration (else BackupBatch) of the same namespace that backs it up.</summary>
    public const string Config = "stash.appscode.com/config";

    /// <summary>On a BackupSession, CronJob or Job: the kind of the invoker, for example <c>BackupConfiguration</c>.</summary>
    public const string InvokerKind = "stash.appscode.com/invoker-kind";

    /// <summary>On a BackupSession, CronJob or Job: the name of the invoker; shortened with a hash where it exceeds 63 characters.</summary>
    public const string InvokerName = "stash.appscode.com/invoker-name";

    /// <summary>On a BackupSession: the uid of the Job whose runner made it; a second attempt of the Job adopts it by this label.</summary>
    public const string JobUid = "stash.appscode.com/job-uid";

    /// <summary>On a BackupSession whose runner is gone: the uid of the Job that runs its postBackup hook and ends it, so that no two do.</summary>
    public const string ReleasedBy = "stash.appscode.com/released-by";

    /// <summary>On everything sync applies.</summary>
    public const string ManagedBy = "app.kubernetes.io/managed-by";

    /// <summary>Value of <see cref="ManagedBy"/>.</summary>
    public const string ManagedByValue = "stash";
}

/// <summary>Annotations read or written by this project.</summary>
public static class Annotations
{
    /// <summary>On a pod: <c>native</c> or <c>classic</c> overrides how the sidecar is injected. Default: by the API server's version.</summary>
    public const string Sidecar = "stash.appscode.com/sidecar";

    /// <summary>On a pod, written by the webhook: the name of the container of the user's that the sidecar's user, groups and mounts were taken from.</summary>
    public const string TargetContainer = "stash.appscode.com/target-container";

    /// <summary>On a pod, written by the webhook: the config that the sidecar was injected for.</summary>
    public const string InjectedFor = "stash.appscode.com/injected-for";

    /// <summary>
    /// On a BackupConfiguration in v1beta1, written by conversion: the entries of v1beta2's <c>spec.repository</c> after the first, as a
    /// JSON list; <c>as-is</c> where the field holds what neither version's schema takes.
    /// </summary>
    public const string FurtherRepositories = "stash.appscode.com/further-repositories";
}

/// <summary>Names and paths inside a pod that carries the sidecar.</summary>
public static class SidecarNames
{
    /// <summary>Name of the sidecar container.</summary>
    public const string Container = "stash";

    /// <summary>Name of the emptyDir volume that holds the socket, the recorded results and restic's cache.</summary>
    public const string WorkVolume = "stash-work";

    /// <summary>Where <see cref="WorkVolume"/> is mounted.</summary>
    public const string WorkPath = "/var/run/stash";

    /// <summary>Name of the volume with the repository's Secret as files.</summary>
    public const string SecretVolume = "stash-repository-secret";

    /// <summary>Where <see cref="SecretVolume"/> is mounted, one file for each key.</summary>
    public const string SecretPath = "/etc/stash/repository";

    /// <summary>Name of the volume of a local backend.</summary>
    public const string LocalBackendVolume = "stash-repository";

    /// <summary>The Unix socket on which <c>stash-runner sidecar</c> listens.</summary>
    public const string SocketPath = WorkPath + "/sidecar.sock";
}
