using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Stash.Webhook.Metrics;

/// <summary>Collects what is measured: for Prometheus when it asks and, where the standard variables say so, for OTLP as it goes.</summary>
internal sealed class MetricsPipeline : IDisposable
{
    private static readonly double[] Buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly PrometheusText text = new();
    private readonly MeterProvider provider;
    private readonly Lock oneAtATime = new();

    public MetricsPipeline()
    {
        var builder = Sdk.CreateMeterProviderBuilder()
            .AddMeter(AdmissionMetrics.MeterName)
            .AddView(AdmissionMetrics.DurationName, new ExplicitBucketHistogramConfiguration { Boundaries = Buckets })
            .AddReader(new BaseExportingMetricReader(text));
        if (Environment.GetEnvironmentVariable("OTEL_EXPORTER_OTLP_ENDPOINT") is { Length: > 0 })
        {
            builder.AddOtlpExporter();
        }

        provider = builder.Build();
    }

    /// <summary>Everything as it is now, in Prometheus' text format.</summary>
    /// <exception cref="TimeoutException">It could not be collected in time.</exception>
    public string Collect()
    {
        lock (oneAtATime)
        {
            return text.Collect!(5000) ? text.Last : throw new TimeoutException("the metrics could not be collected in time");
        }
    }

    /// <inheritdoc/>
    public void Dispose() => provider.Dispose();
}
