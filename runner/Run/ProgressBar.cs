using System.Globalization;

namespace Stash.Runner.Run;

/// <summary>Draws progress for people; pure.</summary>
internal static class ProgressBar
{
    private const int Width = 20;

    /// <summary>A bar of twenty cells: <c>[#########...........]</c>.</summary>
    /// <param name="done">0 to 1; what lies outside is taken as the nearer end.</param>
    public static string Text(double done)
    {
        var cells = (int)(Math.Clamp(double.IsNaN(done) ? 0 : done, 0, 1) * Width);
        return $"[{new string('#', cells)}{new string('.', Width - cells)}]";
    }

    /// <summary>What is left: <c>2 s left</c>, <c>3 min left</c>; empty when it is not known.</summary>
    public static string Left(double? seconds) => seconds switch
    {
        null or <= 0 or double.NaN => "",
        < 90 => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(seconds.Value):0} s left"),
        < 5400 => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(seconds.Value / 60):0} min left"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds.Value / 3600:0.0} h left"),
    };
}
