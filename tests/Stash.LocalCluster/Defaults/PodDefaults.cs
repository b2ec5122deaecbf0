using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Defaults;

/// <summary>Defaults of pods and pod templates, as far as something here reads them.</summary>
internal static class PodDefaults
{
    private static readonly string[] ContainerLists = ["initContainers", "containers", "ephemeralContainers"];
    private static readonly string[] Probes = ["startupProbe", "livenessProbe", "readinessProbe"];

    /// <summary>Fills in a pod's or template's spec.</summary>
    /// <param name="spec">The spec.</param>
    /// <param name="hasNativeSidecars">False drops restartPolicy of init containers, as API servers before 1.29 do.</param>
    public static void Apply(JsonObject spec, bool hasNativeSidecars)
    {
        spec.Default("restartPolicy", "Always");
        spec.Default("dnsPolicy", "ClusterFirst");
        spec.Default("schedulerName", "default-scheduler");
        spec.Default("terminationGracePeriodSeconds", 30);
        spec.Default("securityContext", new JsonObject());
        if (spec.Text("serviceAccountName") is { Length: > 0 } account)
        {
            spec.Default("serviceAccount", account);
        }
        else if (spec.Text("serviceAccount") is { Length: > 0 } old)
        {
            spec["serviceAccountName"] = old;
        }

        foreach (var list in ContainerLists)
        {
            foreach (var container in spec.Array(list).Objects())
            {
                if (!hasNativeSidecars && list == "initContainers")
                {
                    container.Remove("restartPolicy");
                }

                ApplyContainer(container);
            }
        }

        foreach (var volume in spec.Array("volumes").Objects())
        {
            ApplyVolume(volume);
        }
    }

    private static void ApplyContainer(JsonObject container)
    {
        container.Default("resources", new JsonObject());
        container.Default("terminationMessagePath", "/dev/termination-log");
        container.Default("terminationMessagePolicy", "File");
        var image = container.Text("image");
        var tag = image[(image.LastIndexOf('/') + 1)..];
        container.Default("imagePullPolicy", tag.EndsWith(":latest", StringComparison.Ordinal) || !tag.AsSpan().ContainsAny(":@") ? "Always" : "IfNotPresent");
        foreach (var port in container.Array("ports").Objects())
        {
            port.Default("protocol", "TCP");
        }

        foreach (var source in container.Array("env").Objects().Select(e => e.Object("valueFrom", "fieldRef")).OfType<JsonObject>())
        {
            source.Default("apiVersion", "v1");
        }

        foreach (var probe in Probes.Select(name => container.Object(name)).OfType<JsonObject>())
        {
            probe.Default("timeoutSeconds", 1);
            probe.Default("periodSeconds", 10);
            probe.Default("successThreshold", 1);
            probe.Default("failureThreshold", 3);
            probe.Object("httpGet")?.Default("scheme", "HTTP");
        }
    }

    private static void ApplyVolume(JsonObject volume)
    {
        if (volume.Count <= 1)
        {
            volume["emptyDir"] = new JsonObject();
        }

        foreach (var source in new[] { "secret", "configMap", "projected", "downwardAPI" })
        {
            volume.Object(source)?.Default("defaultMode", 420);
        }

        volume.Object("hostPath")?.Default("type", "");
    }
}
