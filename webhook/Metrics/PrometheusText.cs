using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace Stash.Webhook.Metrics;

/// <summary>Writes metrics in Prometheus' text format 0.0.4 (<see href="https://prometheus.io/docs/instrumenting/exposition_formats/"/>).</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class PrometheusText : BaseExporter<Metric>, IPullMetricExporter
{
    private const int CollectMilliseconds = 5000;

    /// <summary>Content-Type of the text.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly List<(string Name, string Text)> families = [];

    /// <inheritdoc/>
    public Func<int, bool>? Collect { get; set; }

    /// <summary>Collects; one at a time.</summary>
    /// <returns>Each metric's name, and its lines.</returns>
    /// <exception cref="TimeoutException">It could not be collected in time.</exception>
    public IReadOnlyList<(string Name, string Text)> CollectFamilies()
    {
        families.Clear();
        return Collect!(CollectMilliseconds) ? [.. families] : throw new TimeoutException("the metrics could not be collected in time");
    }

    /// <inheritdoc/>
    public override ExportResult Export(in Batch<Metric> batch)
    {
        foreach (var metric in batch)
        {
            var text = new StringBuilder();
            var type = metric.MetricType switch
            {
                MetricType.LongSum or MetricType.DoubleSum => "counter",
                MetricType.Histogram => "histogram",
                _ => "gauge",
            };
            text.Append(CultureInfo.InvariantCulture, $"# HELP {metric.Name} {Escape(metric.Description, quotes: false)}\n");
            text.Append(CultureInfo.InvariantCulture, $"# TYPE {metric.Name} {type}\n");
            foreach (var (_, lines) in Points(metric).OrderBy(point => point.Labels, StringComparer.Ordinal))
            {
                text.Append(lines);
            }

            families.Add((metric.Name, text.ToString()));
        }

        return ExportResult.Success;
    }

    private static List<(string Labels, StringBuilder Lines)> Points(Metric metric)
    {
        var points = new List<(string, StringBuilder)>();
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var (labels, lines) = (Labels(in point), new StringBuilder());
            Write(lines, metric, labels, in point);
            points.Add((labels, lines));
        }

        return points;
    }

    private static void Write(StringBuilder text, Metric metric, string labels, in MetricPoint point)
    {
        switch (metric.MetricType)
        {
            case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                Sample(text, metric.Name, labels, point.GetSumLong());
                break;
            case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                Sample(text, metric.Name, labels, point.GetSumDouble());
                break;
            case MetricType.LongGauge:
                Sample(text, metric.Name, labels, point.GetGaugeLastValueLong());
                break;
            case MetricType.DoubleGauge:
                Sample(text, metric.Name, labels, point.GetGaugeLastValueDouble());
                break;
            case MetricType.Histogram:
                WriteHistogram(text, metric.Name, labels, in point);
                break;
            default:
                throw new NotSupportedException($"{metric.Name} is a {metric.MetricType}, which has no place in Prometheus' text format");
        }
    }

    private static void WriteHistogram(StringBuilder text, string name, string labels, in MetricPoint point)
    {
        long count = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            count += bucket.BucketCount;
            var limit = double.IsPositiveInfinity(bucket.ExplicitBound) ? "+Inf" : Number(bucket.ExplicitBound);
            Sample(text, name + "_bucket", $"{labels}{(labels.Length > 0 ? "," : "")}le=\"{limit}\"", count);
        }

        Sample(text, name + "_sum", labels, point.GetHistogramSum());
        Sample(text, name + "_count", labels, point.GetHistogramCount());
    }

    private static void Sample(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Labels(in MetricPoint point)
    {
        var labels = new List<string>();
        foreach (var (name, value) in point.Tags)
        {
            labels.Add($"{LabelName(name)}=\"{Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", quotes: true)}\"");
        }

        return string.Join(',', labels);
    }

    // The SDK has labels of its own, such as otel.metric.overflow.
    private static string LabelName(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));

    private static string Escape(string text, bool quotes)
    {
        var escaped = text.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\n", @"\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
