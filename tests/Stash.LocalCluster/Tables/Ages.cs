using System.Globalization;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Tables;

/// <summary>Durations as kubectl shows them.</summary>
internal static class Ages
{
    /// <summary>The time since a timestamp; <c>&lt;unknown&gt;</c> where there is none.</summary>
    public static string Since(JsonNode? timestamp, TimeProvider time) =>
        DateTimeOffset.TryParse(timestamp.Text(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var then)
            ? Show(time.GetUtcNow() - then)
            : "<unknown>";

    /// <summary>The time between two timestamps; empty where one is missing.</summary>
    public static string Between(JsonNode? from, JsonNode? to, TimeProvider time)
    {
        if (!DateTimeOffset.TryParse(from.Text(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var start))
        {
            return "";
        }

        var end = DateTimeOffset.TryParse(to.Text(), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var known) ? known : time.GetUtcNow();
        return Show(end - start);
    }

    private static string Show(TimeSpan age) => age switch
    {
        { TotalSeconds: < 0 } => "0s",
        { TotalMinutes: < 2 } => $"{(int)age.TotalSeconds}s",
        { TotalMinutes: < 10 } => age.Seconds == 0 ? $"{(int)age.TotalMinutes}m" : $"{(int)age.TotalMinutes}m{age.Seconds}s",
        { TotalHours: < 3 } => $"{(int)age.TotalMinutes}m",
        { TotalHours: < 48 } => age.Minutes == 0 || age.TotalHours >= 8 ? $"{(int)age.TotalHours}h" : $"{(int)age.TotalHours}h{age.Minutes}m",
        _ => $"{(int)age.TotalDays}d",
    };
}
