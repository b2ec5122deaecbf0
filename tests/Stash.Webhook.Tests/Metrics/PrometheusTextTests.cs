using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using Stash.Webhook.Metrics;

namespace Stash.Webhook.Tests.Metrics;

public sealed class PrometheusTextTests
{
    [Theory]
    [InlineData("a\"b", "a\\\"b")]
    [InlineData("a\\b", "a\\\\b")]
    [InlineData("a\nb", "a\\nb")]
    [InlineData("{},= é", "{},= é")]
    public async Task Text_EscapesLabels_WhenTheyHold(string value, string written)
    {
        var text = Collect(meter => meter.CreateObservableGauge(
            "x_y", () => new Measurement<double>(1, KeyValuePair.Create("a.b", (object?)value)), description: "a \\ \"b\"\nc"));

        text.ShouldBe($"# HELP x_y a \\\\ \"b\"\\nc\n# TYPE x_y gauge\nx_y{{a_b=\"{written}\"}} 1\n");
        (await Promtool.RunAsync(["check", "metrics"], text)).ShouldBe((0, ""));
    }

    [Theory]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "+Inf")]
    [InlineData(double.NegativeInfinity, "-Inf")]
    [InlineData(1e300, "1E+300")]
    [InlineData(-0.1, "-0.1")]
    public async Task Text_WritesNumbersAsGoReadsThem_WhenTheyAre(double value, string written)
    {
        var text = Collect(meter => meter.CreateObservableGauge("x_y", () => value, description: "x"));

        text.ShouldEndWith($"x_y {written}\n");
        (await Promtool.RunAsync(["check", "metrics"], text)).ShouldBe((0, ""));
    }

    [Fact]
    public void Text_IsSortedByLabels_WhateverTheOrderOfMeasuring()
    {
        var text = Collect(meter => meter.CreateObservableGauge(
            "x_y", () => new[] { "c", "a", "b" }.Select(name => new Measurement<int>(1, KeyValuePair.Create("n", (object?)name))), description: "x"));

        text.Split('\n').Where(line => line.StartsWith('x')).ShouldBe(["x_y{n=\"a\"} 1", "x_y{n=\"b\"} 1", "x_y{n=\"c\"} 1"]);
    }

    private static string Collect(Action<Meter> create)
    {
        using var meter = new Meter($"test-{Guid.NewGuid()}");
        create(meter);
        var text = new PrometheusText();
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(meter.Name).AddReader(new BaseExportingMetricReader(text)).Build();
        return string.Concat(text.CollectFamilies().Select(family => family.Text));
    }
}
