using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.CronJobs;

/// <summary>The runner's rights in a config's namespace: a service account of its own, bound to one ClusterRole there.</summary>
public static class RunAccess
{
    /// <summary>ServiceAccount and RoleBinding, in this order; nothing when the config names a service account of its own.</summary>
    public static IReadOnlyList<JsonObject> Build(BackupConfiguration config, CronJobSettings settings)
    {
        if (config.Spec.RuntimeSettings?.Pod?.ServiceAccountName is { Length: > 0 })
        {
            return [];
        }

        var metadata = Ownership.MetadataFor(config);
        var account = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "ServiceAccount", ["metadata"] = Ownership.MetadataFor(config) };
        if (config.Spec.RuntimeSettings?.Pod?.Rest?["serviceAccountAnnotations"] is JsonObject annotations)
        {
            account["metadata"]!["annotations"] = annotations.DeepClone();
        }

        return [account, Binding(metadata, settings)];
    }

    private static JsonObject Binding(JsonObject metadata, CronJobSettings settings) => new()
    {
        ["apiVersion"] = "rbac.authorization.k8s.io/v1",
        ["kind"] = "RoleBinding",
        ["roleRef"] = new JsonObject
        {
            ["apiGroup"] = "rbac.authorization.k8s.io",
            ["kind"] = "ClusterRole",
            ["name"] = settings.RunClusterRole,
        },
        ["subjects"] = new JsonArray(new JsonObject
        {
            ["kind"] = "ServiceAccount",
            ["name"] = metadata["name"]!.DeepClone(),
            ["namespace"] = metadata["namespace"]!.DeepClone(),
        }),
        ["metadata"] = metadata,
    };
}
