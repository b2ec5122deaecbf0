namespace Stash.Core.Cron;

/// <summary>Durations as Go writes them: <c>1h30m</c>, <c>90s</c>, <c>1.5h</c>, <c>250ms</c>.</summary>
public static class GoDuration
{
    /// <summary>Parses as Go's time.ParseDuration does (hours are its largest unit).</summary>
    public static bool TryParse(string text, out TimeSpan value, out string? fault) => throw new NotImplementedException();

    /// <summary>Writes as Go's Duration.String does: <c>1h30m0s</c>, <c>1.5s</c>.</summary>
    public static string Format(TimeSpan value) => throw new NotImplementedException();
}
