using System.Text.Json.Nodes;

namespace Stash.Core.Injection;

/// <summary>
/// The sidecar's securityContext: Pod Security's "restricted" (<see href="https://kubernetes.io/docs/concepts/security/pod-security-standards/"/>)
/// with the target container's user, so that it reads what the application wrote.
/// </summary>
internal static class SidecarSecurity
{
    /// <summary>Builds it.</summary>
    /// <param name="pod">The pod: what it sets for all containers is inherited and not repeated.</param>
    /// <param name="target">The container whose user is taken.</param>
    /// <param name="overrides">The user's wishes, which win field by field.</param>
    public static JsonObject Build(PodView pod, JsonObject target, JsonObject? overrides)
    {
        var own = target.Object("securityContext");
        var isRoot = User(pod, target, overrides) is 0;
        var context = new JsonObject
        {
            ["allowPrivilegeEscalation"] = false,
            ["readOnlyRootFilesystem"] = true,
            ["capabilities"] = Capabilities(isRoot && MayReadAll(own)),
            ["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" },
        };
        if (!isRoot)
        {
            context["runAsNonRoot"] = true;
        }

        foreach (var field in (string[])["runAsUser", "runAsGroup", "seLinuxOptions"])
        {
            if (own?[field] is { } value)
            {
                context[field] = value.DeepClone();
            }
        }

        Merge(context, overrides);
        return context;
    }

    /// <summary>The uid that the sidecar will run as; null where it is the image's.</summary>
    public static long? User(PodView pod, JsonObject target, JsonObject? overrides) =>
        overrides.Number("runAsUser")
        ?? target.Object("securityContext").Number("runAsUser")
        ?? pod.Spec.Object("securityContext").Number("runAsUser");

    private static void Merge(JsonObject context, JsonObject? overrides)
    {
        foreach (var (field, value) in overrides ?? [])
        {
            context[field] = value?.DeepClone();
        }

        // The API server refuses these together with allowPrivilegeEscalation: false.
        var isPrivileged = overrides.Flag("privileged") is true
            || overrides.Object("capabilities").Texts("add").Any(name => name is "SYS_ADMIN" or "CAP_SYS_ADMIN");
        if (isPrivileged && overrides?.ContainsKey("allowPrivilegeEscalation") is not true)
        {
            context.Remove("allowPrivilegeEscalation");
        }
    }

    // Root without this capability reads only what root owns: less than the application, which is root and has it by default.
    // The volumes are read-only, so it overrides for reading.
    private static JsonObject Capabilities(bool readsAll)
    {
        var capabilities = new JsonObject { ["drop"] = new JsonArray("ALL") };
        if (readsAll)
        {
            capabilities["add"] = new JsonArray("DAC_OVERRIDE");
        }

        return capabilities;
    }

    private static bool MayReadAll(JsonObject? targetContext)
    {
        var capabilities = targetContext.Object("capabilities");
        return !capabilities.Texts("drop").Any(name => name is "ALL" or "all" or "DAC_OVERRIDE")
            || capabilities.Texts("add").Contains("DAC_OVERRIDE", StringComparer.Ordinal);
    }
}
