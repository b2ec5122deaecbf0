using System.Globalization;

namespace Stash.Webhook.Waking;

/// <summary>
/// A stretch of time whose changes share one Job. Slots lie on the clock, so that replicas of the webhook, which know nothing of each
/// other, give the Job of a slot the same name, and make it only once the slot is over: the Job that exists already is then never
/// older than the change.
/// </summary>
/// <param name="Name">Name of its Job.</param>
/// <param name="End">When no change belongs to it any more.</param>
internal sealed record WakeSlot(string Name, DateTimeOffset End)
{
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(15);

    /// <summary>
    /// From the end of a slot to its Job: a review comes before its object is stored, and the clocks of two nodes differ a little.
    /// </summary>
    public static TimeSpan Margin { get; } = TimeSpan.FromSeconds(1);

    /// <summary>The slot of a change at <paramref name="now"/>: two seconds, and fifteen where the last Job was made not long ago.</summary>
    public static WakeSlot Of(DateTimeOffset now, DateTimeOffset? lastJob)
    {
        var length = now - lastJob < 2 * Busy ? Busy : Calm;
        var number = now.UtcTicks / length.Ticks;
        return new WakeSlot(
            string.Create(CultureInfo.InvariantCulture, $"stash-sync-wake-{length.TotalSeconds:0}s-{number}"),
            new DateTimeOffset((number + 1) * length.Ticks, TimeSpan.Zero));
    }
}
