namespace Stash.LocalCluster;

/// <summary>How to start a cluster.</summary>
public sealed record LocalClusterOptions
{
    /// <summary>Folder for keys, kubeconfig, volumes and logs; made if missing.</summary>
    public required string Directory { get; init; }

    /// <summary>Where the administrator's kubeconfig goes; null: <c>kubeconfig</c> in <see cref="Directory"/>.</summary>
    public string? KubeconfigPath { get; init; }

    /// <summary>Port of the API on 127.0.0.1; 0 picks a free one.</summary>
    public int Port { get; init; }

    /// <summary>Drives schedules, back-off and deadlines. Processes run on the machine's own clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What images are: a name that is not here runs on the machine's own file tree, read-only.</summary>
    public IReadOnlyDictionary<string, LocalImage> Images { get; init; } = new Dictionary<string, LocalImage>();

    /// <summary>False leaves every pod Pending: the API alone.</summary>
    public bool RunPods { get; init; } = true;

    /// <summary>First back-off of a Job's failed pod; Kubernetes' is 10 s.</summary>
    public TimeSpan JobBackOff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>First back-off of a container's restart; Kubernetes' is 10 s.</summary>
    public TimeSpan RestartBackOff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Refuses with 403 what no role grants, and keeps every right that is used; false: nobody is forbidden anything.</summary>
    public bool EnforceRoles { get; init; }

    /// <summary>Called for each request once it is done and before its answer leaves, for tests that disturb between the two.</summary>
    public Action<RecordedRequest>? OnAnswer { get; init; }

    /// <summary>The version that /version tells, <c>v1.36.2</c>; below 1.29 restartPolicy of init containers is dropped, as there.</summary>
    public string Version { get; init; } = "v1.36.0";
}

/// <summary>An image: what its container starts, and what it adds to the machine's own file tree.</summary>
public sealed record LocalImage
{
    /// <summary>argv when the container names no command.</summary>
    public IReadOnlyList<string> Entrypoint { get; init; } = [];

    /// <summary>Read-only files and folders, from a path on this machine to a path in the container.</summary>
    public IReadOnlyDictionary<string, string> Files { get; init; } = new Dictionary<string, string>();

    /// <summary>The uid when neither pod nor container says; null: 0.</summary>
    public int? User { get; init; }
}

/// <summary>A request that the API answered.</summary>
/// <param name="User">Who: <c>system:admin</c> or <c>system:serviceaccount:NS:NAME</c>.</param>
/// <param name="Verb">RBAC verb: get, list, watch, create, update, patch, delete, deletecollection.</param>
/// <param name="Group">API group.</param>
/// <param name="Resource">Plural, with <c>/subresource</c>.</param>
/// <param name="Namespace">Namespace; empty for cluster-scoped or all.</param>
/// <param name="Name">Name; empty for collections.</param>
/// <param name="StatusCode">HTTP status of the answer.</param>
public sealed record RecordedRequest(string User, string Verb, string Group, string Resource, string Namespace, string Name, int StatusCode);

/// <summary>A right that a request needed, where roles are enforced.</summary>
/// <param name="User">Who: <c>system:admin</c> or <c>system:serviceaccount:NS:NAME</c>.</param>
/// <param name="Verb">RBAC verb, <c>bind</c> included.</param>
/// <param name="Group">API group.</param>
/// <param name="Resource">Plural, with <c>/subresource</c>.</param>
/// <param name="Namespace">Namespace; empty for cluster-scoped or all.</param>
/// <param name="Name">Name; empty for collections and creations.</param>
/// <param name="Granted">Whether a role grants it.</param>
public sealed record UsedRight(string User, string Verb, string Group, string Resource, string Namespace, string Name, bool Granted);
