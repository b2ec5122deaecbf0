using System.Globalization;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Kubelet;

namespace Stash.LocalCluster.Controllers;

/// <summary>A StatefulSet's pod by its ordinal. Pure.</summary>
internal static class NumberedPod
{
    /// <summary>The pod with its name, labels, hostname and claims.</summary>
    public static JsonObject Make(JsonObject set, int ordinal, string revision)
    {
        var number = ordinal.ToString(CultureInfo.InvariantCulture);
        var name = $"{set.Name()}-{number}";
        var pod = PodTemplate.Pod(set);
        var metadata = pod.Child("metadata");
        metadata.Remove("generateName");
        metadata["name"] = name;
        var labels = metadata.Child("labels");
        labels["statefulset.kubernetes.io/pod-name"] = name;
        labels["apps.kubernetes.io/pod-index"] = number;
        labels["controller-revision-hash"] = revision;

        var spec = pod.Child("spec");
        spec["hostname"] = name;
        if (set.Text("spec", "serviceName") is { Length: > 0 } service)
        {
            spec["subdomain"] = service;
        }

        var templates = set.Objects("spec", "volumeClaimTemplates").ToList();
        var volumes = spec.Objects("volumes")
            .Where(volume => !templates.Exists(template => template.Name() == volume.Text("name")))
            .Select(static volume => volume.DeepClone())
            .Concat(templates.Select(template => new JsonObject
            {
                ["name"] = template.Name(),
                ["persistentVolumeClaim"] = new JsonObject { ["claimName"] = ClaimName(set, template, ordinal) },
            }))
            .ToArray();
        if (volumes.Length > 0)
        {
            spec["volumes"] = new JsonArray(volumes);
        }

        return pod;
    }

    /// <summary>The claim of a template for an ordinal.</summary>
    public static string ClaimName(JsonObject set, JsonObject template, int ordinal) =>
        string.Create(CultureInfo.InvariantCulture, $"{template.Name()}-{set.Name()}-{ordinal}");
}
