using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Stash.Core.Cron;

/// <summary>Durations as Go writes them: <c>1h30m</c>, <c>90s</c>, <c>1.5h</c>, <c>250ms</c>.</summary>
public static class GoDuration
{
    private const ulong Microsecond = 1_000;
    private const ulong Millisecond = 1_000 * Microsecond;
    private const ulong Second = 1_000 * Millisecond;
    private const ulong Minute = 60 * Second;
    private const ulong Hour = 60 * Minute;
    private const ulong Limit = 1UL << 63;
    private static readonly SearchValues<char> NumberStart = SearchValues.Create("0123456789.");

    /// <summary>Parses as Go's time.ParseDuration does (hours are its largest unit).</summary>
    /// <param name="text">A sign, if any, then numbers with a fraction, if any, each with its unit; or <c>0</c>.</param>
    /// <param name="value">The duration, in TimeSpan's steps of 100 ns, when true.</param>
    /// <param name="fault">Go's own sentence, when false.</param>
    public static bool TryParse(string text, out TimeSpan value, [NotNullWhen(false)] out string? fault)
    {
        ArgumentNullException.ThrowIfNull(text);
        value = TimeSpan.Zero;
        fault = null;
        var negative = text is ['-', ..];
        var rest = text is ['-' or '+', ..] ? text.AsSpan(1) : text.AsSpan();
        if (rest is "0")
        {
            return true;
        }

        if (rest.IsEmpty)
        {
            return Fail($"time: invalid duration {Quote(text)}", out fault);
        }

        ulong total = 0;
        while (!rest.IsEmpty)
        {
            if (!TryTakeTerm(ref rest, text, out var nanoseconds, out fault))
            {
                return false;
            }

            total += nanoseconds;
            if (total > Limit)
            {
                return Fail($"time: invalid duration {Quote(text)}", out fault);
            }
        }

        if (total == Limit && !negative)
        {
            return Fail($"time: invalid duration {Quote(text)}", out fault);
        }

        var ticks = (long)(total / 100);
        value = TimeSpan.FromTicks(negative ? -ticks : ticks);
        return true;
    }

    /// <summary>Writes as Go's Duration.String does: <c>1h30m0s</c>, <c>1.5s</c>.</summary>
    public static string Format(TimeSpan value)
    {
        if (value == TimeSpan.Zero)
        {
            return "0s";
        }

        var sign = value < TimeSpan.Zero ? "-" : "";
        var ticks = Math.Abs((decimal)value.Ticks);
        var seconds = ticks / TimeSpan.TicksPerSecond;
        if (seconds < 1)
        {
            var (divisor, unit) = ticks >= TimeSpan.TicksPerMillisecond ? (10_000m, "ms") : ticks >= 10 ? (10m, "µs") : (0.01m, "ns");
            return string.Create(CultureInfo.InvariantCulture, $"{sign}{ticks / divisor:0.#######}{unit}");
        }

        var hours = decimal.Truncate(seconds / 3600);
        var minutes = decimal.Truncate(seconds / 60) % 60;
        var clock = hours > 0 ? string.Create(CultureInfo.InvariantCulture, $"{hours:0}h{minutes:0}m")
            : minutes > 0 ? string.Create(CultureInfo.InvariantCulture, $"{minutes:0}m")
            : "";
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{clock}{seconds % 60:0.#######}s");
    }

    private static bool TryTakeTerm(ref ReadOnlySpan<char> rest, string text, out ulong nanoseconds, [NotNullWhen(false)] out string? fault)
    {
        nanoseconds = 0;
        fault = null;
        var whole = TakeDigits(ref rest);
        ReadOnlySpan<char> fraction = [];
        if (rest is ['.', ..])
        {
            rest = rest[1..];
            fraction = TakeDigits(ref rest);
        }

        if (whole.IsEmpty && fraction.IsEmpty)
        {
            return Fail($"time: invalid duration {Quote(text)}", out fault);
        }

        var length = rest.IndexOfAny(NumberStart);
        var unit = length < 0 ? rest : rest[..length];
        rest = rest[unit.Length..];
        if (unit.IsEmpty)
        {
            return Fail($"time: missing unit in duration {Quote(text)}", out fault);
        }

        if (UnitOf(unit) is not { } scale)
        {
            return Fail($"time: unknown unit {Quote(unit)} in duration {Quote(text)}", out fault);
        }

        var number = 0UL;
        if (!whole.IsEmpty && !ulong.TryParse(whole, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number > Limit / scale)
        {
            return Fail($"time: invalid duration {Quote(text)}", out fault);
        }

        nanoseconds = number * scale + Fraction(fraction, scale);
        return nanoseconds <= Limit || Fail($"time: invalid duration {Quote(text)}", out fault);
    }

    private static ReadOnlySpan<char> TakeDigits(scoped ref ReadOnlySpan<char> rest)
    {
        var end = rest.IndexOfAnyExceptInRange('0', '9');
        var digits = end < 0 ? rest : rest[..end];
        rest = rest[digits.Length..];
        return digits;
    }

    private static ulong Fraction(ReadOnlySpan<char> digits, ulong scale)
    {
        // Beyond 18 digits nothing is left of an hour's nanoseconds.
        digits = digits.Length > 18 ? digits[..18] : digits;
        var part = 0UL;
        var power = 1m;
        foreach (var digit in digits)
        {
            part = part * 10 + (ulong)(digit - '0');
            power *= 10;
        }

        return (ulong)(part / power * scale);
    }

    private static ulong? UnitOf(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 1,
        "us" or "µs" or "μs" => Microsecond,
        "ms" => Millisecond,
        "s" => Second,
        "m" => Minute,
        "h" => Hour,
        _ => null,
    };

    private static string Quote(ReadOnlySpan<char> text) => $"\"{text.ToString().Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static bool Fail(string sentence, [NotNullWhen(false)] out string? fault)
    {
        fault = sentence;
        return false;
    }
}
