using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using Stash.Webhook.Tls;

namespace Stash.Webhook.Metrics;

/// <summary>What is measured. Instruments carry the names that Prometheus shows.</summary>
internal sealed class AdmissionMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Stash.Webhook";

    /// <summary>Name of the histogram.</summary>
    public const string DurationName = "stash_admission_duration_seconds";

    private static readonly string[] Failures = ["aborted", "error", "malformed"];

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> reviews;
    private readonly Histogram<double> duration;
    private readonly TimeProvider time;

    public AdmissionMetrics(ServedCertificate certificate, TimeProvider time)
    {
        this.time = time;
        reviews = meter.CreateCounter<long>("stash_admission_reviews_total", description: "Admission reviews by kind, outcome and reason.");
        duration = meter.CreateHistogram<double>(DurationName, description: "Time from a review's arrival to its answer, in seconds.");
        meter.CreateObservableGauge(
            "stash_certificate_expiry_timestamp_seconds",
            () => certificate.NotAfter.ToUnixTimeSeconds(),
            description: "When the served certificate expires, in seconds since the epoch.");
        meter.CreateObservableGauge(
            "stash_build_info", () => new Measurement<int>(1, KeyValuePair.Create("version", (object?)Version())), description: "Always 1; the version is a label.");
    }

    /// <summary>
    /// Makes a kind's failures known as 0: a counter whose series begins with its first failure shows Prometheus no rise, and no alert sees it.
    /// </summary>
    public void Expect(string kind)
    {
        foreach (var outcome in Failures)
        {
            reviews.Add(0, new TagList { { "kind", kind }, { "outcome", outcome }, { "reason", "" } });
        }
    }

    /// <summary>Now, for <see cref="Record"/>.</summary>
    public long Start() => time.GetTimestamp();

    /// <summary>Counts a review.</summary>
    /// <returns>How long it took.</returns>
    public TimeSpan Record(long started, string kind, string outcome, string reason)
    {
        var elapsed = time.GetElapsedTime(started);
        var tags = new TagList { { "kind", kind }, { "outcome", outcome }, { "reason", reason } };
        reviews.Add(1, tags);
        duration.Record(elapsed.TotalSeconds, KeyValuePair.Create("kind", (object?)kind));
        return elapsed;
    }

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    private static string Version() =>
        typeof(AdmissionMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";
}
