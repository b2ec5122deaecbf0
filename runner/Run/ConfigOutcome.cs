using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Cron;
using Stash.Core.CronJobs;

namespace Stash.Runner.Run;

/// <summary>Folds how a session ended into the status of its config; pure. Told twice of the same session it counts it once.</summary>
internal static class ConfigOutcome
{
    /// <summary>The fields of the config's status that change, as a merge patch; null when there is nothing to write.</summary>
    /// <param name="config">The config as it is now.</param>
    /// <param name="session">The session's metadata.</param>
    /// <param name="ended">Its status, which is one of an ended session.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="JsonException">The config's status cannot be read.</exception>
    public static JsonObject? Patch(JsonObject config, ObjectMeta session, BackupSessionStatus ended, DateTimeOffset now)
    {
        // A session of an earlier config of the same name: this one never ran it.
        if (session.CreationTimestamp < config.Time("metadata", "creationTimestamp"))
        {
            return null;
        }

        var before = config["status"].Deserialize(StashJson.Default.BackupConfigurationStatus) ?? new BackupConfigurationStatus();
        var after = Fold(before, session, ended, now);
        var patch = new JsonObject();
        var (old, wanted) = (ToJson(before), ToJson(after));
        foreach (var (name, value) in wanted.Where(field => !JsonNode.DeepEquals(field.Value, old[field.Key])))
        {
            patch[name] = value?.DeepClone();
        }

        var anchor = config.Time("status", "nextScheduleTime");
        var next = NextSchedule.Of(config, anchor, now);
        if (next != before.NextScheduleTime)
        {
            patch["nextScheduleTime"] = next;
        }

        return patch.Count == 0 ? null : patch;
    }

    private static BackupConfigurationStatus Fold(
        BackupConfigurationStatus before, ObjectMeta session, BackupSessionStatus ended, DateTimeOffset now)
    {
        var end = End(session, ended, now);
        var succeeded = ended.Phase == Phase.Succeeded;
        if (end < before.LastSessionTime || (end == before.LastSessionTime && session.Name == before.LastSession))
        {
            // Told of before, or overtaken by a newer session: how many failed since is no longer to be told apart.
            return before with { LastSuccessTime = succeeded && !(before.LastSuccessTime >= end) ? end : before.LastSuccessTime };
        }

        var told = before with { LastSession = session.Name, LastResult = ended.Phase, LastSessionTime = end };
        return ended.Phase switch
        {
            Phase.Skipped => told,
            Phase.Succeeded => told with
            {
                LastDurationSeconds = Duration(ended)?.TotalSeconds,
                LastSuccessTime = end,
                LastSizeBytes = Size(ended) ?? before.LastSizeBytes,
                ConsecutiveFailures = 0,
            },
            _ => told with { LastDurationSeconds = Duration(ended)?.TotalSeconds, ConsecutiveFailures = (before.ConsecutiveFailures ?? 0) + 1 },
        };
    }

    /// <summary>From the session's status alone where it can be, so that a second attempt finds the same time.</summary>
    private static DateTimeOffset End(ObjectMeta session, BackupSessionStatus ended, DateTimeOffset now)
    {
        var end = ended.Phase == Phase.Skipped
            ? ended.Conditions?.FirstOrDefault(c => c.Type == SessionConditions.BackupSkipped)?.LastTransitionTime
            : session.CreationTimestamp + Duration(ended);
        return DateTimeOffset.FromUnixTimeSeconds((end ?? now).ToUnixTimeSeconds());
    }

    private static TimeSpan? Duration(BackupSessionStatus ended) =>
        ended.SessionDuration is { } text && GoDuration.TryParse(text, out var duration, out _) ? duration : null;

    private static long? Size(BackupSessionStatus ended)
    {
        var sizes = (ended.Targets ?? []).SelectMany(t => t.Stats ?? []).SelectMany(s => s.Snapshots ?? []).Select(s => Sizes.Bytes(s.TotalSize)).ToList();
        return sizes.Count == 0 ? null : sizes.Sum();
    }

    private static JsonObject ToJson(BackupConfigurationStatus status)
    {
        var json = JsonSerializer.SerializeToNode(status, StashJson.Default.BackupConfigurationStatus)!.AsObject();
        foreach (var (name, time) in new[] { ("lastSessionTime", status.LastSessionTime), ("lastSuccessTime", status.LastSuccessTime) })
        {
            if (time is { } instant)
            {
                json[name] = instant.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            }
        }

        return json;
    }
}
