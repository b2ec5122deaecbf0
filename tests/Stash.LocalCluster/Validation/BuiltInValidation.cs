using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Rest;

namespace Stash.LocalCluster.Validation;

/// <summary>The rules of built-in kinds that something here could break.</summary>
internal static class BuiltInValidation
{
    /// <summary>Adds every fault.</summary>
    public static void Check(ResourceDefinition resource, JsonObject body, JsonObject? old, List<FieldFault> faults)
    {
        switch ((resource.Type.Group, resource.Type.Kind))
        {
            case ("", "Pod"):
                PodValidation.Check(body.Object("spec"), "spec", faults);
                CheckPodUpdate(body, old, faults);
                break;
            case ("apps", "Deployment" or "StatefulSet" or "DaemonSet" or "ReplicaSet"):
                CheckSelector(body, faults);
                PodValidation.Check(
                    body.Object("spec", "template", "spec"), "spec.template.spec", faults,
                    body.Object("spec").Array("volumeClaimTemplates").Objects().Select(static claim => claim.Name()));
                CheckImmutable(body, old, ["selector"], faults);
                break;
            case ("batch", "Job"):
                CheckJob(body.Object("spec"), "spec", faults);
                CheckImmutable(body, old, ["template", "selector", "completions", "podFailurePolicy", "completionMode"], faults);
                break;
            case ("batch", "CronJob"):
                CheckCronJob(body, faults);
                break;
            case ("apiextensions.k8s.io", _):
                CheckDefinition(body, faults);
                break;
        }
    }

    private static void CheckSelector(JsonObject body, List<FieldFault> faults)
    {
        if (body.Object("spec", "selector") is not { Count: > 0 } selector)
        {
            faults.Add(FieldFault.Required("spec.selector"));
            return;
        }

        var labels = body.Object("spec", "template", "metadata", "labels");
        if (!Selectors.LabelSelector.FromObject(selector).Matches(labels))
        {
            faults.Add(FieldFault.Invalid("spec.template.metadata.labels", labels?.DeepClone(), "`selector` does not match template `labels`"));
        }
    }

    private static void CheckJob(JsonObject? spec, string path, List<FieldFault> faults)
    {
        PodValidation.Check(spec.Object("template", "spec"), $"{path}.template.spec", faults);
        var policy = spec.Text("template", "spec", "restartPolicy");
        if (policy is not ("Never" or "OnFailure"))
        {
            faults.Add(FieldFault.NotSupported($"{path}.template.spec.restartPolicy", policy, ["\"OnFailure\"", "\"Never\""]));
        }

        if (spec.Object("podFailurePolicy") is not null && policy != "Never")
        {
            faults.Add(FieldFault.Invalid($"{path}.template.spec.restartPolicy", policy, "only \"Never\" is supported when podFailurePolicy is specified"));
        }
    }

    private static void CheckCronJob(JsonObject body, List<FieldFault> faults)
    {
        if (body.Name().Length > 52)
        {
            faults.Add(FieldFault.Invalid("metadata.name", body.Name(), "must be no more than 52 characters"));
        }

        if (body.Text("spec", "schedule").Length == 0)
        {
            faults.Add(FieldFault.Required("spec.schedule"));
        }

        CheckJob(body.Object("spec", "jobTemplate", "spec"), "spec.jobTemplate.spec", faults);
    }

    private static void CheckDefinition(JsonObject body, List<FieldFault> faults)
    {
        var expected = $"{body.Text("spec", "names", "plural")}.{body.Text("spec", "group")}";
        if (body.Name() != expected)
        {
            faults.Add(FieldFault.Invalid("metadata.name", body.Name(), $"must be spec.names.plural+\".\"+spec.group"));
        }

        if (body.Array("spec", "versions").Objects().Count(v => v.Flag("storage")) != 1)
        {
            faults.Add(FieldFault.Invalid("spec.versions", new JsonArray(), "must have exactly one version marked as storage version"));
        }
    }

    private static void CheckPodUpdate(JsonObject body, JsonObject? old, List<FieldFault> faults)
    {
        if (old is null || JsonNode.DeepEquals(Frozen(body), Frozen(old)))
        {
            return;
        }

        faults.Add(FieldFault.Forbidden("spec",
            "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"));
    }

    private static JsonObject Frozen(JsonObject pod)
    {
        var spec = pod.Object("spec")?.Copy() ?? [];
        foreach (var container in spec.Array("containers").Objects().Concat(spec.Array("initContainers").Objects()))
        {
            container.Remove("image");
            container.Remove("imagePullPolicy");
        }

        spec.Remove("activeDeadlineSeconds");
        spec.Remove("tolerations");
        spec.Remove("ephemeralContainers");
        spec.Remove("nodeName");
        return spec;
    }

    private static void CheckImmutable(JsonObject body, JsonObject? old, string[] fields, List<FieldFault> faults)
    {
        foreach (var field in fields)
        {
            if (old is not null && !JsonNode.DeepEquals(body.Find("spec", field), old.Find("spec", field)))
            {
                faults.Add(FieldFault.Invalid($"spec.{field}", body.Find("spec", field)?.DeepClone(), "field is immutable"));
            }
        }
    }
}
