namespace Stash.Core.Kubernetes;

/// <summary>A kind of object as the API's paths name it.</summary>
/// <param name="Group">API group; empty for core/v1.</param>
/// <param name="Version">Version in the group.</param>
/// <param name="Plural">Plural in the path, lower case.</param>
/// <param name="Kind">Kind on the wire.</param>
/// <param name="Namespaced">False for cluster-scoped kinds.</param>
public sealed record ResourceType(string Group, string Version, string Plural, string Kind, bool Namespaced = true)
{
    /// <summary><c>group/version</c>, or <c>version</c> in the core group.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";
}

/// <summary>The kinds that this project speaks of.</summary>
public static class ResourceTypes
{
    /// <summary>Stored version of BackupConfiguration.</summary>
    public static readonly ResourceType BackupConfigurations = new("stash.appscode.com", "v1beta2", "backupconfigurations", "BackupConfiguration");

    /// <summary>BackupBatch.</summary>
    public static readonly ResourceType BackupBatches = new("stash.appscode.com", "v1beta1", "backupbatches", "BackupBatch");

    /// <summary>BackupSession.</summary>
    public static readonly ResourceType BackupSessions = new("stash.appscode.com", "v1beta1", "backupsessions", "BackupSession");

    /// <summary>Repository.</summary>
    public static readonly ResourceType Repositories = new("stash.appscode.com", "v1alpha1", "repositories", "Repository");

    /// <summary>Function.</summary>
    public static readonly ResourceType Functions = new("stash.appscode.com", "v1beta1", "functions", "Function", Namespaced: false);

    /// <summary>Task.</summary>
    public static readonly ResourceType Tasks = new("stash.appscode.com", "v1beta1", "tasks", "Task", Namespaced: false);

    /// <summary>core/v1 Pod.</summary>
    public static readonly ResourceType Pods = new("", "v1", "pods", "Pod");

    /// <summary>core/v1 Namespace.</summary>
    public static readonly ResourceType Namespaces = new("", "v1", "namespaces", "Namespace", Namespaced: false);

    /// <summary>core/v1 Secret.</summary>
    public static readonly ResourceType Secrets = new("", "v1", "secrets", "Secret");

    /// <summary>core/v1 ConfigMap.</summary>
    public static readonly ResourceType ConfigMaps = new("", "v1", "configmaps", "ConfigMap");

    /// <summary>core/v1 PersistentVolumeClaim.</summary>
    public static readonly ResourceType PersistentVolumeClaims = new("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim");

    /// <summary>core/v1 ServiceAccount.</summary>
    public static readonly ResourceType ServiceAccounts = new("", "v1", "serviceaccounts", "ServiceAccount");

    /// <summary>core/v1 Event.</summary>
    public static readonly ResourceType Events = new("", "v1", "events", "Event");

    /// <summary>core/v1 ReplicationController.</summary>
    public static readonly ResourceType ReplicationControllers = new("", "v1", "replicationcontrollers", "ReplicationController");

    /// <summary>apps/v1 Deployment.</summary>
    public static readonly ResourceType Deployments = new("apps", "v1", "deployments", "Deployment");

    /// <summary>apps/v1 StatefulSet.</summary>
    public static readonly ResourceType StatefulSets = new("apps", "v1", "statefulsets", "StatefulSet");

    /// <summary>apps/v1 DaemonSet.</summary>
    public static readonly ResourceType DaemonSets = new("apps", "v1", "daemonsets", "DaemonSet");

    /// <summary>apps/v1 ReplicaSet.</summary>
    public static readonly ResourceType ReplicaSets = new("apps", "v1", "replicasets", "ReplicaSet");

    /// <summary>batch/v1 Job.</summary>
    public static readonly ResourceType Jobs = new("batch", "v1", "jobs", "Job");

    /// <summary>batch/v1 CronJob.</summary>
    public static readonly ResourceType CronJobs = new("batch", "v1", "cronjobs", "CronJob");

    /// <summary>coordination.k8s.io/v1 Lease.</summary>
    public static readonly ResourceType Leases = new("coordination.k8s.io", "v1", "leases", "Lease");

    /// <summary>rbac.authorization.k8s.io/v1 RoleBinding.</summary>
    public static readonly ResourceType RoleBindings = new("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding");

    /// <summary>apiextensions.k8s.io/v1 CustomResourceDefinition.</summary>
    public static readonly ResourceType CustomResourceDefinitions =
        new("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", Namespaced: false);
}
