using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.CronJobs;

namespace Stash.Core.Functions;

/// <summary>Makes the container of a Job's pod from a resolved Function; pure. A sidecar's is made by the injection, which knows the pod.</summary>
public static class FunctionContainer
{
    /// <summary>Builds core/v1 Container, under restricted Pod Security unless the Function says otherwise.</summary>
    /// <param name="spec">The Function's spec, resolved (see <see cref="FunctionResolver"/>).</param>
    /// <param name="name">Name of the container.</param>
    public static JsonObject Build(FunctionSpec spec, string name)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var wishes = spec.RuntimeSettings?.Container;
        var container = Definition(spec, name);
        container["resources"] = new JsonObject { ["requests"] = new JsonObject { ["cpu"] = "50m", ["memory"] = "64Mi" } };
        container["securityContext"] = new JsonObject
        {
            ["allowPrivilegeEscalation"] = false,
            ["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") },
        };
        container["terminationMessagePolicy"] = "FallbackToLogsOnError";
        Overlay.Merge(container["resources"]!.AsObject(), wishes?.Resources ?? []);
        Overlay.Merge(container["securityContext"]!.AsObject(), wishes?.SecurityContext ?? []);
        return container;
    }

    /// <summary>The fields of a container that the Function names itself, without resources and security context.</summary>
    public static JsonObject Definition(FunctionSpec spec, string name)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var wishes = spec.RuntimeSettings?.Container;
        var container = new JsonObject { ["name"] = name, ["image"] = spec.Image };
        (string Field, JsonNode? Value)[] fields =
        [
            ("command", Words(spec.Command)), ("args", Words(spec.Args)), ("workingDir", spec.WorkingDir), ("ports", spec.Ports),
            ("env", wishes?.Env), ("envFrom", wishes?.EnvFrom), ("volumeMounts", spec.VolumeMounts), ("volumeDevices", spec.VolumeDevices),
            ("livenessProbe", wishes?.LivenessProbe), ("readinessProbe", wishes?.ReadinessProbe), ("lifecycle", wishes?.Lifecycle),
        ];
        foreach (var (field, value) in fields)
        {
            if (value is not (null or JsonArray { Count: 0 }))
            {
                container[field] = value.DeepClone();
            }
        }

        return container;
    }

    /// <summary>The pod's security context where the Function's <c>runtimeSettings.pod</c> does not say: restricted, as the runner's own user.</summary>
    public static JsonObject PodSecurity(FunctionSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var context = new JsonObject
        {
            ["runAsNonRoot"] = true,
            ["runAsUser"] = RunnerPod.User,
            ["runAsGroup"] = RunnerPod.User,
            ["fsGroup"] = RunnerPod.User,
            ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
        };
        Overlay.Merge(context, spec.RuntimeSettings?.Pod?.Rest?["securityContext"] as JsonObject ?? []);
        return context;
    }

    private static JsonArray? Words(IReadOnlyList<string>? words)
    {
        if (words is null)
        {
            return null;
        }

        var list = new JsonArray();
        foreach (var word in words)
        {
            list.Add((JsonNode?)JsonValue.Create(word));
        }

        return list;
    }
}
