using System.Text.Json.Nodes;

namespace Stash.Core.CronJobs;

/// <summary>Lays the user's settings over ours, field by field.</summary>
internal static class Overlay
{
    /// <summary>Objects are merged, everything else is replaced.</summary>
    public static void Merge(JsonObject under, JsonObject over)
    {
        foreach (var (field, value) in over)
        {
            if (value is JsonObject more && under[field] is JsonObject existing)
            {
                Merge(existing, more);
            }
            else
            {
                under[field] = value?.DeepClone();
            }
        }
    }
}
