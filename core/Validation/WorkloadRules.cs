using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.Validation;

/// <summary>Compares a config with the workload that it names. Only warnings: the workload may change after the config.</summary>
internal static class WorkloadRules
{
    public static void Check(BackupConfiguration config, JsonObject? workload, Findings findings)
    {
        if (workload is null || config.Spec.Target is not { Ref: { } reference } target || config.Spec.Task is not null)
        {
            return;
        }

        var template = reference.Kind == "CronJob" ? workload["spec"]?["jobTemplate"]?["spec"]?["template"] : workload["spec"]?["template"];
        CheckLabel(config, reference, workload, template, findings);
        if (template?["spec"] is JsonObject pod)
        {
            CheckVolumes(target, pod, workload, findings);
            CheckCover(target, pod, findings);
        }
    }

    private static void CheckLabel(BackupConfiguration config, TargetReference reference, JsonObject workload, JsonNode? template, Findings findings)
    {
        var name = config.Metadata.Name;
        var label = Text(template?["metadata"]?["labels"]?[Labels.Config]) ?? Text(workload["metadata"]?["labels"]?[Labels.Config]);
        if (label is null)
        {
            findings.Warn($"not opted in: kubectl label {reference.Kind?.ToLowerInvariant()} {reference.Name} {Labels.Config}={name}");
        }
        else if (label != name)
        {
            findings.Warn($"{reference.Kind} {reference.Name} is labelled for config {label}, not for this one");
        }
    }

    private static void CheckVolumes(BackupTarget target, JsonObject pod, JsonObject workload, Findings findings)
    {
        var volumes = Items(pod["volumes"]).Select(volume => Text(volume["name"]) ?? "")
            .Concat(Items(workload["spec"]?["volumeClaimTemplates"]).Select(claim => Text(claim["metadata"]?["name"]) ?? ""))
            .ToArray();
        for (var i = 0; i < (target.VolumeMounts?.Count ?? 0); i++)
        {
            if (target.VolumeMounts![i].Name is { } name && !volumes.Contains(name, StringComparer.Ordinal))
            {
                findings.Warn(FieldPath.Spec["target"]["volumeMounts"][i]["name"], $"the workload has no volume \"{name}\" {NearestName.Hint(name, volumes)}".TrimEnd());
            }
        }
    }

    private static void CheckCover(BackupTarget target, JsonObject pod, Findings findings)
    {
        if (target.VolumeMounts is { Count: > 0 } || target.Sidecar is not null)
        {
            return;
        }

        var mounts = Items(pod["containers"]).Concat(Items(pod["initContainers"]))
            .SelectMany(container => Items(container["volumeMounts"]))
            .Select(mount => (Text(mount["mountPath"]) ?? "").TrimEnd('/'))
            .Where(path => path.Length > 0)
            .ToArray();
        for (var i = 0; i < (target.Paths?.Count ?? 0); i++)
        {
            var path = target.Paths![i];
            if (!Array.Exists(mounts, mount => PathForm.IsWithin(path, mount) || PathForm.IsWithin(mount, path)))
            {
                findings.Warn(FieldPath.Spec["target"]["paths"][i], $"no container of the workload mounts a volume at {path}");
            }
        }
    }

    private static IEnumerable<JsonObject> Items(JsonNode? list) => (list as JsonArray ?? []).OfType<JsonObject>();

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
