using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.CronJobs;

namespace Stash.Core.Tasks;

/// <summary>Lays a config's runtimeSettings over a Function's; pure. Probes and hooks stay the Function's: a config's are meant for sidecars.</summary>
internal static class StepSettings
{
    /// <summary>The settings of a step.</summary>
    public static RuntimeSettings Over(RuntimeSettings? function, RuntimeSettings? config)
    {
        var (under, over) = (function?.Container ?? new(), config?.Container);
        return new RuntimeSettings
        {
            Container = under with
            {
                Resources = Merge(under.Resources, over?.Resources),
                SecurityContext = Merge(under.SecurityContext, over?.SecurityContext),
                Env = Environment(under.Env, over?.Env),
                EnvFrom = over?.EnvFrom is { Count: > 0 } more ? new JsonArray([.. (under.EnvFrom ?? []).Concat(more).Select(one => one?.DeepClone())]) : under.EnvFrom,
            },
            Pod = function?.Pod,
        };
    }

    private static JsonObject? Merge(JsonObject? under, JsonObject? over)
    {
        if (over is null)
        {
            return under;
        }

        var merged = under?.DeepClone().AsObject() ?? [];
        Overlay.Merge(merged, over);
        return merged;
    }

    /// <summary>The config's variables take the place of the Function's of the same name.</summary>
    private static JsonArray? Environment(JsonArray? under, JsonArray? over)
    {
        if (over is not { Count: > 0 })
        {
            return under;
        }

        var names = over.Select(Name).ToHashSet(StringComparer.Ordinal);
        return new JsonArray([.. (under ?? []).Where(one => !names.Contains(Name(one))).Concat(over).Select(one => one?.DeepClone())]);
    }

    private static string? Name(JsonNode? entry) => (string?)entry?["name"];
}
