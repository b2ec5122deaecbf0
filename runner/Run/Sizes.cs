using System.Globalization;

namespace Stash.Runner.Run;

/// <summary>Sizes for people, in powers of 1024 with three decimals as restic and Stash write them: <c>1.234 GiB</c>.</summary>
internal static class Sizes
{
    private static readonly string[] Units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

    /// <summary>Writes a number of bytes; below 1 KiB as <c>512 B</c>.</summary>
    public static string Text(long bytes) => Text(bytes, "0.000");

    /// <summary>Writes a number of bytes with one decimal, for progress: <c>140.2 MiB</c>.</summary>
    public static string Short(long bytes) => Text(bytes, "0.0");

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
