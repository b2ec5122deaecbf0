using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Runner.Input;
using Stash.Runner.Run;

namespace Stash.Runner.Preview;

/// <summary>The first pod that a workload's controller would create; pure.</summary>
internal static class WorkloadPod
{
    /// <summary>Whether an object makes pods, or is one.</summary>
    public static bool IsWorkload(ManifestObject one) => (one.Group, one.Kind) is
        ("apps", "Deployment" or "StatefulSet" or "DaemonSet" or "ReplicaSet") or ("batch", "Job" or "CronJob") or ("", "ReplicationController" or "Pod");

    /// <summary>Whether it, or its pod template, carries the label.</summary>
    public static bool IsLabelled(ManifestObject one) =>
        one.Json.Text("metadata", "labels", Labels.Config) is not null || Make(one).Text("metadata", "labels", Labels.Config) is not null;

    /// <summary>Makes the pod: the template with the names, owner and claims that the controller adds.</summary>
    public static JsonObject Make(ManifestObject one)
    {
        if (one.Kind == "Pod")
        {
            return one.Json.DeepClone().AsObject();
        }

        var template = Template(one);
        var metadata = template["metadata"]?.DeepClone() as JsonObject ?? [];
        if (one.Kind == "StatefulSet")
        {
            metadata["name"] = $"{one.Name}-0";
        }
        else
        {
            metadata["generateName"] = $"{one.Name}-";
        }

        metadata["namespace"] = one.Namespace;
        metadata["ownerReferences"] = new JsonArray(Owner(one));
        var pod = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Pod",
            ["metadata"] = metadata,
            ["spec"] = template["spec"]?.DeepClone(),
        };
        AddClaims(one, pod);
        return pod;
    }

    private static JsonNode Template(ManifestObject one) =>
        (one.Kind == "CronJob" ? one.Json.At("spec", "jobTemplate", "spec", "template") : one.Json.At("spec", "template")) ?? new JsonObject();

    /// <summary>The owner's uid, and what its name ends with, are known only in the cluster.</summary>
    private static JsonObject Owner(ManifestObject one) => one.Kind switch
    {
        "Deployment" => Reference("apps/v1", "ReplicaSet", one.Name),
        "CronJob" => Reference("batch/v1", "Job", one.Name),
        _ => Reference(one.Json.Text("apiVersion")!, one.Kind, one.Name),
    };

    private static JsonObject Reference(string apiVersion, string kind, string name) =>
        new() { ["apiVersion"] = apiVersion, ["kind"] = kind, ["name"] = name, ["controller"] = true };

    private static void AddClaims(ManifestObject one, JsonObject pod)
    {
        var claims = one.Kind == "StatefulSet" ? one.Json.Objects("spec", "volumeClaimTemplates").ToList() : [];
        if (claims.Count == 0 || pod["spec"] is not JsonObject spec)
        {
            return;
        }

        var names = claims.Select(claim => claim.Name()).ToHashSet(StringComparer.Ordinal);
        var volumes = new JsonArray([.. spec.Objects("volumes").Where(volume => !names.Contains(volume.Text("name") ?? "")).Select(volume => volume.DeepClone())]);
        foreach (var name in names)
        {
            volumes.Add((JsonNode)new JsonObject
            {
                ["name"] = name,
                ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = $"{name}-{one.Name}-0" },
            });
        }

        spec["volumes"] = volumes;
    }
}
