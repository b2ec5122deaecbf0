namespace Stash.Webhook.Metrics;

/// <summary>
/// Whether metrics go out over OTLP as well; pure. Everything else about it the SDK reads by itself from the standard variables
/// (<see href="https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/"/>).
/// </summary>
internal static class OtlpSwitch
{
    /// <summary>
    /// On where an endpoint is set or <c>OTEL_METRICS_EXPORTER</c> names <c>otlp</c>; off where that names others only, such as <c>none</c>,
    /// or <c>OTEL_SDK_DISABLED</c> is true. <c>/metrics</c> is there in any case.
    /// </summary>
    /// <param name="environment">Looks up a variable.</param>
    public static bool IsOn(Func<string, string?> environment) =>
        !string.Equals(environment("OTEL_SDK_DISABLED")?.Trim(), "true", StringComparison.OrdinalIgnoreCase)
        && (environment("OTEL_METRICS_EXPORTER") is { Length: > 0 } exporters
            ? exporters.Split(',', StringSplitOptions.TrimEntries).Contains("otlp", StringComparer.OrdinalIgnoreCase)
            : environment("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 } || environment("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT") is { Length: > 0 });
}
