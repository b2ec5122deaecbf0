namespace Stash.Runner.Run;

/// <summary>Times as Kubernetes keeps them (meta/v1 Time): UTC in whole seconds.</summary>
internal static class WholeSeconds
{
    /// <summary>The time now, without its fraction of a second.</summary>
    public static DateTimeOffset Now(this TimeProvider time) => DateTimeOffset.FromUnixTimeSeconds(time.GetUtcNow().ToUnixTimeSeconds());
}
