using Stash.Core.Kubernetes;

namespace Stash.LocalCluster.Resources;

/// <summary>The built-in kinds that are served.</summary>
internal static class BuiltInResources
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<ResourceDefinition> All { get; } =
    [
        Kind("", "v1", "namespaces", "Namespace", ["ns"], cluster: true, status: true),
        Kind("", "v1", "nodes", "Node", ["no"], cluster: true, status: true),
        Kind("", "v1", "persistentvolumes", "PersistentVolume", ["pv"], cluster: true, status: true),
        Kind("", "v1", "pods", "Pod", ["po"], all: true, status: true, generation: true),
        Kind("", "v1", "secrets", "Secret", []),
        Kind("", "v1", "configmaps", "ConfigMap", ["cm"]),
        Kind("", "v1", "serviceaccounts", "ServiceAccount", ["sa"]),
        Kind("", "v1", "services", "Service", ["svc"], all: true, status: true),
        Kind("", "v1", "endpoints", "Endpoints", ["ep"]),
        Kind("", "v1", "events", "Event", ["ev"]),
        Kind("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", ["pvc"], status: true),
        Kind("", "v1", "replicationcontrollers", "ReplicationController", ["rc"], all: true, status: true, scale: true, generation: true),
        Kind("", "v1", "resourcequotas", "ResourceQuota", ["quota"], status: true),
        Kind("", "v1", "limitranges", "LimitRange", ["limits"]),
        Kind("apps", "v1", "deployments", "Deployment", ["deploy"], all: true, status: true, scale: true, generation: true),
        Kind("apps", "v1", "statefulsets", "StatefulSet", ["sts"], all: true, status: true, scale: true, generation: true),
        Kind("apps", "v1", "daemonsets", "DaemonSet", ["ds"], all: true, status: true, generation: true),
        Kind("apps", "v1", "replicasets", "ReplicaSet", ["rs"], all: true, status: true, scale: true, generation: true),
        Kind("apps", "v1", "controllerrevisions", "ControllerRevision", []),
        Kind("batch", "v1", "jobs", "Job", [], all: true, status: true, generation: true),
        Kind("batch", "v1", "cronjobs", "CronJob", ["cj"], all: true, status: true, generation: true),
        Kind("coordination.k8s.io", "v1", "leases", "Lease", []),
        Kind("events.k8s.io", "v1", "events", "Event", ["ev"]),
        Kind("rbac.authorization.k8s.io", "v1", "roles", "Role", []),
        Kind("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding", []),
        Kind("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", [], cluster: true),
        Kind("rbac.authorization.k8s.io", "v1", "clusterrolebindings", "ClusterRoleBinding", [], cluster: true),
        Kind("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", "MutatingWebhookConfiguration", [], cluster: true, generation: true),
        Kind("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", "ValidatingWebhookConfiguration", [], cluster: true, generation: true),
        Kind("admissionregistration.k8s.io", "v1", "validatingadmissionpolicies", "ValidatingAdmissionPolicy", [], cluster: true, status: true, generation: true),
        Kind("admissionregistration.k8s.io", "v1", "validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding", [], cluster: true, generation: true),
        Kind("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", ["crd", "crds"], cluster: true, status: true, generation: true),
        Kind("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", ["pdb"], status: true, generation: true),
        Kind("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", ["netpol"], generation: true),
        Kind("storage.k8s.io", "v1", "storageclasses", "StorageClass", ["sc"], cluster: true),
        Kind("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", ["pc"], cluster: true, generation: true),
    ];

    private static ResourceDefinition Kind(
        string group, string version, string plural, string kind, IReadOnlyList<string> shortNames,
        bool cluster = false, bool all = false, bool status = false, bool scale = false, bool generation = false) =>
        new(new ResourceType(group, version, plural, kind, !cluster))
        {
            ShortNames = shortNames,
            Categories = all ? ["all"] : [],
            HasStatus = status,
            HasScale = scale,
            HasGeneration = generation,
            Singular = kind.ToLowerInvariant(),
        };
}
