using Stash.Webhook.Waking;

namespace Stash.Webhook.Tests.Waking;

public sealed class WakeSlotTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(0, 1.999, true)]
    [InlineData(1.5, 0.1, true)]
    [InlineData(1.999, 2, false)]
    [InlineData(0, 4, false)]
    public void Of_GivesOneNameToOneSlot_WhicheverReplicaAsks(double first, double second, bool same)
    {
        var (one, other) = (WakeSlot.Of(Noon.AddSeconds(first), null), WakeSlot.Of(Noon.AddSeconds(second), null));

        (one.Name == other.Name).ShouldBe(same);
        (one.End == other.End).ShouldBe(same);
        one.End.ShouldBeGreaterThan(Noon.AddSeconds(first));
        one.End.ShouldBeLessThanOrEqualTo(Noon.AddSeconds(first + 2));
    }

    [Theory]
    [InlineData(1, 15)]
    [InlineData(29, 15)]
    [InlineData(31, 2)]
    public void Of_LengthensTheSlot_WhenAJobWasMadeNotLongAgo(double secondsSince, double longest)
    {
        var now = Noon.AddSeconds(secondsSince);

        var end = WakeSlot.Of(now, Noon).End;

        (end - now).ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(longest));
        end.UtcTicks.ShouldBe(end.UtcTicks / TimeSpan.FromSeconds(longest).Ticks * TimeSpan.FromSeconds(longest).Ticks);
    }

    [Fact]
    public void Of_NamesNoJobTwice_WhenSlotsFollowOnEachOther()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var (now, last) = (Noon, (DateTimeOffset?)null);
        for (var i = 0; i < 100; i++)
        {
            var slot = WakeSlot.Of(now, last);
            names.Add(slot.Name).ShouldBeTrue(slot.Name);
            slot.Name.Length.ShouldBeLessThanOrEqualTo(63);
            (now, last) = (slot.End + WakeSlot.Margin, slot.End + WakeSlot.Margin);
        }
    }
}
