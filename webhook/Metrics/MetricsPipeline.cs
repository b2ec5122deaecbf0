using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using Stash.Webhook.Options;

namespace Stash.Webhook.Metrics;

/// <summary>
/// Collects what is measured: for Prometheus when it asks and, where the standard variables say so, for OTLP as it goes. What is about objects
/// of the API has a provider of its own, that shows only what was measured this time: of a config that is gone nothing stays behind.
/// </summary>
internal sealed class MetricsPipeline : IDisposable
{
    // Series beyond the limit of objects: those that came since others went, until the SDK has let go of the latter.
    private const int Slack = 100;

    private static readonly double[] Buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly (MeterProvider Provider, PrometheusText Text)[] halves;
    private readonly Lock oneAtATime = new();

    public MetricsPipeline(WebhookOptions options)
    {
        var series = options.MetricsLimit + Slack;
        halves =
        [
            Build(MetricReaderTemporalityPreference.Cumulative, static provider => provider
                .AddMeter(AdmissionMetrics.MeterName)
                .AddView(AdmissionMetrics.DurationName, new ExplicitBucketHistogramConfiguration { Boundaries = Buckets })),
            Build(MetricReaderTemporalityPreference.Delta, provider => provider
                .AddMeter(HealthMetrics.MeterName)
                .AddView(instrument => new MetricStreamConfiguration
                {
                    CardinalityLimit = instrument.Name == HealthMetrics.LastResult ? series * HealthMetrics.Results.Length : series,
                })),
        ];
    }

    /// <summary>Everything as it is now, in Prometheus' text format.</summary>
    /// <exception cref="TimeoutException">It could not be collected in time.</exception>
    public string Collect()
    {
        lock (oneAtATime)
        {
            return string.Concat(halves.SelectMany(half => half.Text.CollectFamilies()).OrderBy(family => family.Name, StringComparer.Ordinal).Select(family => family.Text));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (provider, _) in halves)
        {
            provider.Dispose();
        }
    }

    private static (MeterProvider Provider, PrometheusText Text) Build(
        MetricReaderTemporalityPreference temporality, Func<MeterProviderBuilder, MeterProviderBuilder> measure)
    {
        var text = new PrometheusText();
        var builder = measure(Sdk.CreateMeterProviderBuilder())
            .ConfigureResource(static resource => resource.AddService("stash-webhook").AddEnvironmentVariableDetector())
            .AddReader(new BaseExportingMetricReader(text) { TemporalityPreference = temporality });
        var otlp = new OtlpSettings(Environment.GetEnvironmentVariable);
        if (otlp.IsOn)
        {
            builder.AddOtlpExporter((exporter, reader) =>
            {
                otlp.Apply(exporter);
                reader.TemporalityPreference = temporality;
            });
        }

        return (builder.Build(), text);
    }
}
