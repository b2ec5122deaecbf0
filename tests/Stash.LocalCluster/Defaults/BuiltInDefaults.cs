using System.Text;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Defaults;

/// <summary>Defaults of built-in kinds, as far as something here reads them.</summary>
/// <param name="hasNativeSidecars">Whether the version served knows init containers that stay.</param>
internal sealed class BuiltInDefaults(bool hasNativeSidecars)
{
    /// <summary>Fills in an object, at creation and at every update.</summary>
    public void Apply(ResourceDefinition resource, JsonObject body)
    {
        var spec = body.Object("spec");
        switch ((resource.Type.Group, resource.Type.Kind))
        {
            case ("", "Pod") when spec is not null:
                PodDefaults.Apply(spec, hasNativeSidecars);
                spec.Default("enableServiceLinks", true);
                break;
            case ("", "Secret"):
                ApplySecret(body);
                break;
            case ("", "Service") when spec is not null:
                ApplyService(spec);
                break;
            case ("", "PersistentVolumeClaim"):
                spec?.Default("volumeMode", "Filesystem");
                break;
            case ("apps" or "batch", _) or ("", "ReplicationController") when spec is not null:
                ApplyWorkload(resource, body, spec);
                break;
            case ("admissionregistration.k8s.io", _):
                ApplyWebhooks(body);
                break;
        }
    }

    private void ApplyWorkload(ResourceDefinition resource, JsonObject body, JsonObject spec)
    {
        switch (resource.Type.Kind)
        {
            case "Deployment":
                spec.Default("replicas", 1);
                spec.Default("revisionHistoryLimit", 10);
                spec.Default("progressDeadlineSeconds", 600);
                spec.Ensure("strategy").Default("type", "RollingUpdate");
                break;
            case "StatefulSet":
                spec.Default("replicas", 1);
                spec.Default("revisionHistoryLimit", 10);
                spec.Default("podManagementPolicy", "OrderedReady");
                spec.Ensure("updateStrategy").Default("type", "RollingUpdate");
                break;
            case "DaemonSet":
                spec.Default("revisionHistoryLimit", 10);
                spec.Ensure("updateStrategy").Default("type", "RollingUpdate");
                break;
            case "ReplicaSet":
                spec.Default("replicas", 1);
                break;
            case "ReplicationController":
                spec.Default("replicas", 1);
                spec.Default("selector", spec.Object("template", "metadata", "labels")?.DeepClone());
                body.Ensure("metadata").Default("labels", spec.Object("template", "metadata", "labels")?.DeepClone());
                break;
            case "Job":
                ApplyJob(spec);
                ApplyJobIdentity(body, spec);
                break;
            case "CronJob":
                spec.Default("concurrencyPolicy", "Allow");
                spec.Default("suspend", false);
                spec.Default("successfulJobsHistoryLimit", 3);
                spec.Default("failedJobsHistoryLimit", 1);
                if (spec.Object("jobTemplate", "spec", "template", "spec") is { } jobPod)
                {
                    PodDefaults.Apply(jobPod, hasNativeSidecars);
                }

                break;
        }

        if (spec.Object("template", "spec") is { } pod)
        {
            PodDefaults.Apply(pod, hasNativeSidecars);
        }
    }

    private static void ApplyJob(JsonObject spec)
    {
        if (spec["completions"] is null && spec["parallelism"] is null)
        {
            spec["completions"] = 1;
        }

        spec.Default("parallelism", 1);
        spec.Default("backoffLimit", 6);
        spec.Default("completionMode", "NonIndexed");
        spec.Default("suspend", false);
        spec.Default("podReplacementPolicy", spec["podFailurePolicy"] is null ? "TerminatingOrFailed" : "Failed");
    }

    private static void ApplyJobIdentity(JsonObject body, JsonObject spec)
    {
        var uid = body.Text("metadata", "uid");
        if (uid.Length == 0 || spec.Flag("manualSelector") || spec["selector"] is not null)
        {
            return;
        }

        var labels = spec.Ensure("template").Ensure("metadata").Ensure("labels");
        labels["batch.kubernetes.io/controller-uid"] = uid;
        labels["controller-uid"] = uid;
        labels["batch.kubernetes.io/job-name"] = body.Name();
        labels["job-name"] = body.Name();
        spec["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["batch.kubernetes.io/controller-uid"] = uid } };
    }

    private static void ApplySecret(JsonObject body)
    {
        body.Default("type", "Opaque");
        if (body.Object("stringData") is not { } plain)
        {
            return;
        }

        var data = body.Ensure("data");
        foreach (var (name, _) in plain)
        {
            data[name] = Convert.ToBase64String(Encoding.UTF8.GetBytes(plain.Text(name)));
        }

        body.Remove("stringData");
    }

    private static void ApplyService(JsonObject spec)
    {
        spec.Default("type", "ClusterIP");
        spec.Default("sessionAffinity", "None");
        foreach (var port in spec.Array("ports").Objects())
        {
            port.Default("protocol", "TCP");
            port.Default("targetPort", port["port"]?.DeepClone());
        }
    }

    private static void ApplyWebhooks(JsonObject body)
    {
        foreach (var webhook in body.Array("webhooks").Objects())
        {
            webhook.Default("failurePolicy", "Fail");
            webhook.Default("matchPolicy", "Equivalent");
            webhook.Default("timeoutSeconds", 10);
            webhook.Default("namespaceSelector", new JsonObject());
            webhook.Default("objectSelector", new JsonObject());
            if (body.Text("kind") == "MutatingWebhookConfiguration")
            {
                webhook.Default("reinvocationPolicy", "Never");
            }

            webhook.Object("clientConfig", "service")?.Default("port", 443);
            foreach (var rule in webhook.Array("rules").Objects())
            {
                rule.Default("scope", "*");
            }
        }
    }
}
