using System.Globalization;

namespace Stash.Core.Api;

/// <summary>Sizes as <c>status</c> carries them for people, in powers of 1024 as restic and Stash write them: <c>1.234 GiB</c>.</summary>
public static class Sizes
{
    private static readonly string[] Units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>Writes a number of bytes with three decimals; below 1 KiB as <c>512 B</c>.</summary>
    public static string Text(long bytes) => Text(bytes, "0.000");

    /// <summary>Writes a number of bytes with one decimal, for progress: <c>140.2 MiB</c>.</summary>
    public static string Short(long bytes) => Text(bytes, "0.0");

    /// <summary>Reads what <see cref="Text(long)"/> writes, to its precision: a part in two thousand; exact below 1 KiB.</summary>
    /// <param name="text">A number, a blank and a unit.</param>
    /// <returns>Bytes; null where the text is no size.</returns>
    public static long? Bytes(string? text)
    {
        if (text?.Split(' ') is not [var number, var unit]
            || !double.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value))
        {
            return null;
        }

        var power = unit == "B" ? 0 : Array.IndexOf(Units, unit) + 1;
        var bytes = Math.Round(value * Math.Pow(1024, power));
        return (power == 0 && unit != "B") || !double.IsFinite(bytes) ? null : bytes >= long.MaxValue ? long.MaxValue : (long)bytes;
    }

    private static string Text(long bytes, string format)
    {
        if (bytes < 1024)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, bytes)} B");
        }

        double value = bytes;
        var unit = -1;
        do
        {
            value /= 1024;
            unit++;
        }
        while (value >= 1023.9995 && unit < Units.Length - 1);

        return value.ToString(format, CultureInfo.InvariantCulture) + " " + Units[unit];
    }
}
