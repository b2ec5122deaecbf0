using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.CronJobs;

/// <summary>Brings a config's status up to date; pure.</summary>
public static class ConfigStatus
{
    /// <summary>
    /// The fields of the status to write, as a merge patch, or null when the live one says the same already. A condition's time stays while
    /// its status stays; conditions of types that are not among <paramref name="conditions"/> stay as they are, and so does what <c>run</c>
    /// writes there.
    /// </summary>
    /// <param name="config">The live config.</param>
    /// <param name="phase">Its phase.</param>
    /// <param name="conditions">Conditions without times.</param>
    /// <param name="next">When its schedule is next due (<see cref="NextSchedule"/>); null takes the field away.</param>
    /// <param name="now">The time of those that changed.</param>
    public static JsonObject? Update(JsonObject config, string phase, IReadOnlyList<Condition> conditions, string? next, DateTimeOffset now)
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

        var status = new JsonObject { ["phase"] = phase, ["conditions"] = merged };
        if (config["metadata"]?["generation"] is { } generation)
        {
            status["observedGeneration"] = generation.DeepClone();
        }

        if (next is not null || old["nextScheduleTime"] is not null)
        {
            status["nextScheduleTime"] = next;
        }

        return status.All(field => JsonNode.DeepEquals(field.Value, old[field.Key])) ? null : status;
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
