using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.CronJobs;

namespace Stash.Core.Injection;

/// <summary>What a Function and a config ask for in a custom sidecar's container; pure.</summary>
internal static class SidecarWishes
{
    /// <summary>The config's settings over the Function's, field by field; of two entries of the environment with one name the config's counts.</summary>
    public static ContainerRuntimeSettings? Merge(ContainerRuntimeSettings? function, ContainerRuntimeSettings? config) => (function, config) switch
    {
        (null, _) => config,
        (_, null) => function,
        _ => new ContainerRuntimeSettings
        {
            Resources = Laid(function.Resources, config.Resources),
            LivenessProbe = config.LivenessProbe ?? function.LivenessProbe,
            ReadinessProbe = config.ReadinessProbe ?? function.ReadinessProbe,
            Lifecycle = config.Lifecycle ?? function.Lifecycle,
            SecurityContext = Laid(function.SecurityContext, config.SecurityContext),
            Nice = config.Nice ?? function.Nice,
            Ionice = config.Ionice ?? function.Ionice,
            Env = Environment(function.Env, config.Env),
            EnvFrom = Both(function.EnvFrom, config.EnvFrom),
        },
    };

    private static JsonObject? Laid(JsonObject? under, JsonObject? over)
    {
        var all = under?.DeepClone().AsObject();
        if (all is null || over is null)
        {
            return all ?? over;
        }

        Overlay.Merge(all, over);
        return all;
    }

    private static JsonArray? Environment(JsonArray? under, JsonArray? over)
    {
        var taken = (over ?? []).OfType<JsonObject>().Select(entry => entry.Text("name")).ToHashSet(StringComparer.Ordinal);
        return Both([.. (under ?? []).OfType<JsonObject>().Where(entry => !taken.Contains(entry.Text("name")))], over);
    }

    private static JsonArray? Both(IEnumerable<JsonNode?>? first, JsonArray? second)
    {
        JsonNode?[] all = [.. (first ?? []).Concat(second ?? []).Select(entry => entry?.DeepClone())];
        return all.Length == 0 ? null : new JsonArray(all);
    }
}
