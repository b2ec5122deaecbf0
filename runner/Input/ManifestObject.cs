using System.Text.Json.Nodes;
using Stash.Runner.Run;

namespace Stash.Runner.Input;

/// <summary>An object of a file.</summary>
/// <param name="Source">The file as it was given, or <c>-</c>.</param>
/// <param name="Json">The object; its namespace is filled in where the kind has one and the file names none.</param>
internal sealed record ManifestObject(string Source, JsonObject Json)
{
    private static readonly HashSet<string> Namespaced = new(StringComparer.Ordinal)
    {
        "BackupConfiguration", "BackupBatch", "BackupSession", "RestoreSession", "Repository", "Restic", "Secret", "ConfigMap",
        "PersistentVolumeClaim", "Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob", "Pod",
        "ServiceAccount", "Service", "Role", "RoleBinding",
    };

    /// <summary>Kind; empty where there is none.</summary>
    public string Kind => Json.Text("kind") ?? "";

    /// <summary>API group; empty for core.</summary>
    public string Group => Json.Text("apiVersion")?.Split('/') is [var group, _] ? group : "";

    /// <summary>Namespace; empty for kinds that have none.</summary>
    public string Namespace => Json.Text("metadata", "namespace") ?? "";

    /// <summary>Name, or generateName where it has none.</summary>
    public string Name => Json.Name() is { Length: > 0 } name ? name : Json.Text("metadata", "generateName") ?? "";

    /// <summary>What messages begin with: <c>FILE: Kind namespace/name</c>.</summary>
    public string Title => $"{Source}: {Kind} {(Namespace.Length == 0 ? "" : Namespace + "/")}{Name}";

    /// <summary>Makes one.</summary>
    public static ManifestObject From(string source, JsonObject json, string defaultNamespace)
    {
        var made = new ManifestObject(source, json);
        if (Namespaced.Contains(made.Kind) && made.Namespace.Length == 0 && json["metadata"] is JsonObject metadata)
        {
            metadata["namespace"] = defaultNamespace;
        }

        return made;
    }
}
