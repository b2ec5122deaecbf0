using FsCheck;
using FsCheck.Fluent;
using Stash.Core.Cron;

namespace Stash.Core.Tests.Cron;

public sealed class GoDurationTests
{
    [Theory]
    [InlineData("0", 0L)]
    [InlineData("5s", 50_000_000L)]
    [InlineData("+5s", 50_000_000L)]
    [InlineData("-5s", -50_000_000L)]
    [InlineData("1h30m", 54_000_000_000L)]
    [InlineData("1.5h", 54_000_000_000L)]
    [InlineData(".5s", 5_000_000L)]
    [InlineData("5.s", 50_000_000L)]
    [InlineData("250ms", 2_500_000L)]
    [InlineData("12µs", 120L)]
    [InlineData("12μs", 120L)]
    [InlineData("12us", 120L)]
    [InlineData("100ns", 1L)]
    [InlineData("99ns", 0L)]
    [InlineData("1h1m1s1ms1us100ns", 36_610_010_011L)]
    [InlineData("0.3333333333333333333h", 12_000_000_000L)]
    [InlineData("2562047h47m16.854775807s", 92_233_720_368_547_758L)]
    [InlineData("-9223372036854775808ns", -92_233_720_368_547_758L)]
    public void TryParse_GivesTicks_WhenTheTextIsADuration(string text, long ticks)
    {
        GoDuration.TryParse(text, out var value, out var fault).ShouldBeTrue(fault);

        value.Ticks.ShouldBeInRange(ticks - 1, ticks);
    }

    [Theory]
    [InlineData("", "time: invalid duration \"\"")]
    [InlineData("3", "time: missing unit in duration \"3\"")]
    [InlineData("-", "time: invalid duration \"-\"")]
    [InlineData("s", "time: invalid duration \"s\"")]
    [InlineData(".", "time: invalid duration \".\"")]
    [InlineData("-.", "time: invalid duration \"-.\"")]
    [InlineData(".s", "time: invalid duration \".s\"")]
    [InlineData("1d", "time: unknown unit \"d\" in duration \"1d\"")]
    [InlineData("1h 30m", "time: unknown unit \"h \" in duration \"1h 30m\"")]
    [InlineData("1h-30m", "time: unknown unit \"h-\" in duration \"1h-30m\"")]
    [InlineData("3000000h", "time: invalid duration \"3000000h\"")]
    [InlineData("9223372036854775808ns", "time: invalid duration \"9223372036854775808ns\"")]
    [InlineData("99999999999999999999s", "time: invalid duration \"99999999999999999999s\"")]
    public void TryParse_SaysWhatGoSays_WhenTheTextIsNone(string text, string sentence)
    {
        GoDuration.TryParse(text, out _, out var fault).ShouldBeFalse();

        fault.ShouldBe(sentence);
    }

    [Theory]
    [InlineData(0L, "0s")]
    [InlineData(1L, "100ns")]
    [InlineData(15L, "1.5µs")]
    [InlineData(22_000L, "2.2ms")]
    [InlineData(33_000_000L, "3.3s")]
    [InlineData(2_450_000_000L, "4m5s")]
    [InlineData(2_450_010_000L, "4m5.001s")]
    [InlineData(183_670_010_000L, "5h6m7.001s")]
    [InlineData(36_000_000_000L, "1h0m0s")]
    [InlineData(-54_000_000_000L, "-1h30m0s")]
    public void Format_WritesAsGo_WhateverTheSize(long ticks, string text) => GoDuration.Format(new TimeSpan(ticks)).ShouldBe(text);

    [Fact]
    public void Format_IsReadBackTheSame_WhateverTheDuration() =>
        Prop.ForAll(ArbMap.Default.ArbFor<long>(), number =>
        {
            var value = new TimeSpan(number % 92_233_720_368_547_758L);
            return GoDuration.TryParse(GoDuration.Format(value), out var again, out _) && again == value;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));
}
