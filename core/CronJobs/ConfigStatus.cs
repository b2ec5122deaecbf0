using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.CronJobs;

/// <summary>Brings a config's status up to date; pure.</summary>
public static class ConfigStatus
{
    /// <summary>
    /// The status to write, or null when the live one says the same already. A condition's time stays while its status stays;
    /// conditions of types that are not among <paramref name="conditions"/> stay as they are.
    /// </summary>
    /// <param name="config">The live config.</param>
    /// <param name="phase">Its phase.</param>
    /// <param name="conditions">Conditions without times.</param>
    /// <param name="now">The time of those that changed.</param>
    public static JsonObject? Update(JsonObject config, string phase, IReadOnlyList<Condition> conditions, DateTimeOffset now)
    {
        var old = config["status"] as JsonObject ?? [];
        var merged = new JsonArray();
        var written = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in (old["conditions"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var wanted = conditions.FirstOrDefault(condition => condition.Type == entry["type"]?.GetValue<string>());
            merged.Add((JsonNode)(wanted is null ? entry.DeepClone().AsObject() : Write(wanted, entry, now)));
            written.Add(entry["type"]?.GetValue<string>() ?? "");
        }

        foreach (var condition in conditions.Where(condition => !written.Contains(condition.Type)))
        {
            merged.Add((JsonNode)Write(condition, null, now));
        }

        var status = old.DeepClone().AsObject();
        status["phase"] = phase;
        status["conditions"] = merged;
        if (config["metadata"]?["generation"] is { } generation)
        {
            status["observedGeneration"] = generation.DeepClone();
        }

        return JsonNode.DeepEquals(status, old) ? null : status;
    }

    private static JsonObject Write(Condition condition, JsonObject? old, DateTimeOffset now)
    {
        var unchanged = old?["status"]?.GetValue<string>() == condition.Status;
        return new JsonObject
        {
            ["type"] = condition.Type,
            ["status"] = condition.Status,
            ["reason"] = condition.Reason,
            ["message"] = condition.Message,
            ["lastTransitionTime"] = unchanged && old!["lastTransitionTime"] is { } then
                ? then.DeepClone()
                : now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
        };
    }
}
