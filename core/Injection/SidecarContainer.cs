using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Functions;

namespace Stash.Core.Injection;

/// <summary>Builds the sidecar as a core/v1 Container: the pre-defined one, or a Function's.</summary>
internal static class SidecarContainer
{
    /// <summary>Builds it.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="target">The container of the user's that is backed up.</param>
    /// <param name="mounts">All its mounts.</param>
    /// <param name="mountEnvironment">What the mounts need in its environment.</param>
    /// <param name="wishes">The user's settings for it.</param>
    /// <param name="settings">This installation's settings.</param>
    /// <param name="native">Whether it is a restartable init container.</param>
    /// <param name="custom">The Function that stands in place of the pre-defined one; null for that.</param>
    public static JsonObject Build(
        PodView pod,
        JsonObject target,
        IEnumerable<JsonObject> mounts,
        IReadOnlyList<JsonObject> mountEnvironment,
        ContainerRuntimeSettings? wishes,
        InjectionSettings settings,
        bool native,
        FunctionSpec? custom)
    {
        var container = custom is null ? Predefined(settings) : FunctionContainer.Definition(custom with { RuntimeSettings = null }, SidecarNames.Container);
        container["env"] = SidecarEnvironment.Build(mountEnvironment, wishes?.Env);
        container["resources"] = Resources(pod, wishes?.Resources);
        container["securityContext"] = SidecarSecurity.Build(pod, target, wishes?.SecurityContext);
        container["terminationMessagePolicy"] = "FallbackToLogsOnError";
        container["volumeMounts"] = new JsonArray([.. mounts]);
        if (native)
        {
            container["restartPolicy"] = "Always";
            // What is woken in a way of its own need not carry the program that answers this probe.
            Set(container, "startupProbe", custom?.Sidecar?.Signal is null ? StartupProbe() : null);
        }

        Set(container, "imagePullPolicy", custom is not null || string.IsNullOrEmpty(settings.ImagePullPolicy) ? null : JsonValue.Create(settings.ImagePullPolicy));
        Set(container, "envFrom", wishes?.EnvFrom);
        Set(container, "livenessProbe", wishes?.LivenessProbe);
        Set(container, "readinessProbe", wishes?.ReadinessProbe);
        Set(container, "lifecycle", wishes?.Lifecycle);
        return container;
    }

    private static JsonObject Predefined(InjectionSettings settings) => new()
    {
        ["name"] = SidecarNames.Container,
        ["image"] = settings.Image,
        ["command"] = new JsonArray("stash-runner", "sidecar"),
    };

    // The next container starts when this passes: a minute of tries, then the kubelet restarts the sidecar.
    private static JsonObject StartupProbe() => new()
    {
        ["exec"] = new JsonObject { ["command"] = new JsonArray("stash-runner", "signal", "ping") },
        ["periodSeconds"] = 1,
        ["timeoutSeconds"] = 5,
        ["failureThreshold"] = 60,
    };

    // Without a request for every container an autoscaler on utilisation stands still. A limit serves as request. Where the pod has
    // resources of its own, the containers' requests must add up to no more than those, so none is added.
    private static JsonObject Resources(PodView pod, JsonObject? wishes)
    {
        var resources = wishes?.DeepClone().AsObject() ?? [];
        if (pod.Spec.Object("resources") is not null)
        {
            return resources;
        }

        var requests = resources.Object("requests") ?? [];
        foreach (var (resource, quantity) in ((string, string)[])[("cpu", "50m"), ("memory", "64Mi")])
        {
            if (requests[resource] is null && resources.Object("limits")?[resource] is null)
            {
                requests[resource] = quantity;
            }
        }

        if (requests.Count > 0)
        {
            resources["requests"] = requests.Parent is null ? requests : requests.DeepClone();
        }

        return resources;
    }

    private static void Set(JsonObject container, string field, JsonNode? value)
    {
        if (value is not null)
        {
            container[field] = value.Parent is null && value is JsonValue ? value : value.DeepClone();
        }
    }
}
