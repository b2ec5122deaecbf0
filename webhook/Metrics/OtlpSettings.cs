using System.Globalization;
using OpenTelemetry.Exporter;

namespace Stash.Webhook.Metrics;

/// <summary>
/// What the standard variables say about OTLP
/// (<see href="https://opentelemetry.io/docs/specs/otel/protocol/exporter/"/>), as far as the SDK does not read them by itself: it knows those for all
/// signals, and not those for metrics alone, which win.
/// </summary>
/// <param name="environment">Looks up a variable.</param>
internal sealed class OtlpSettings(Func<string, string?> environment)
{
    private const string Metrics = "OTEL_EXPORTER_OTLP_METRICS_";

    /// <summary>
    /// On where an endpoint is set or <c>OTEL_METRICS_EXPORTER</c> names <c>otlp</c>; off where that names others only, such as <c>none</c>,
    /// or <c>OTEL_SDK_DISABLED</c> is true. <c>/metrics</c> is there in any case.
    /// </summary>
    public bool IsOn =>
        !string.Equals(environment("OTEL_SDK_DISABLED")?.Trim(), "true", StringComparison.OrdinalIgnoreCase)
        && (environment("OTEL_METRICS_EXPORTER") is { Length: > 0 } exporters
            ? exporters.Split(',', StringSplitOptions.TrimEntries).Contains("otlp", StringComparer.OrdinalIgnoreCase)
            : environment("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 } || Given("ENDPOINT") is not null);

    /// <summary>Puts the variables for metrics alone over those for all signals.</summary>
    /// <exception cref="WebhookStartException">One of them is wrong.</exception>
    public void Apply(OtlpExporterOptions options)
    {
        options.Protocol = Given("PROTOCOL") switch
        {
            null => options.Protocol,
            "grpc" => OtlpExportProtocol.Grpc,
            "http/protobuf" => OtlpExportProtocol.HttpProtobuf,
            var other => throw Wrong("PROTOCOL", other, "grpc or http/protobuf"),
        };
        if (Given("ENDPOINT") is { } endpoint)
        {
            options.Endpoint = Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
                ? uri
                : throw Wrong("ENDPOINT", endpoint, "a URL such as http://collector:4318/v1/metrics");
        }

        if (Given("TIMEOUT") is { } timeout)
        {
            options.TimeoutMilliseconds = int.TryParse(timeout, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
                ? milliseconds
                : throw Wrong("TIMEOUT", timeout, "a number of milliseconds");
        }

        options.Headers = Given("HEADERS") ?? options.Headers;
    }

    private string? Given(string name) => environment(Metrics + name) is { Length: > 0 } value ? value : null;

    private static WebhookStartException Wrong(string name, string value, string allowed) => new($"{Metrics}{name} must be {allowed}, not '{value}'");
}
