using System.Diagnostics;
using System.Runtime.InteropServices;
using OpenTelemetry.Exporter;
using Stash.Webhook.Metrics;

namespace Stash.Webhook.Tests.Metrics;

public sealed class OtlpTests
{
    [Theory]
    [InlineData("", false)]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT=http://x", true)]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://x", true)]
    [InlineData("OTEL_METRICS_EXPORTER=otlp", true)]
    [InlineData("OTEL_METRICS_EXPORTER=console, OTLP", true)]
    [InlineData("OTEL_METRICS_EXPORTER=none OTEL_EXPORTER_OTLP_ENDPOINT=http://x", false)]
    [InlineData("OTEL_METRICS_EXPORTER=prometheus OTEL_EXPORTER_OTLP_ENDPOINT=http://x", false)]
    [InlineData("OTEL_SDK_DISABLED=true OTEL_METRICS_EXPORTER=otlp", false)]
    [InlineData("OTEL_SDK_DISABLED=TRUE OTEL_EXPORTER_OTLP_ENDPOINT=http://x", false)]
    [InlineData("OTEL_SDK_DISABLED=false OTEL_EXPORTER_OTLP_ENDPOINT=http://x", true)]
    public void IsOn_FollowsTheStandardVariables_WhenTheyAre(string variables, bool on)
    {
        var environment = variables.Replace(", ", ",", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(one => one.Split('=', 2)).ToDictionary(one => one[0], one => one[1], StringComparer.Ordinal);

        new OtlpSettings(environment.GetValueOrDefault).IsOn.ShouldBe(on);
    }

    [Theory]
    [InlineData("PROTOCOL", "http/json")]
    [InlineData("ENDPOINT", "collector:4318")]
    [InlineData("TIMEOUT", "10s")]
    public void Apply_SaysWhatItMayBe_WhenAVariableIsWrong(string name, string value)
    {
        var settings = new OtlpSettings(asked => asked == $"OTEL_EXPORTER_OTLP_METRICS_{name}" ? value : null);

        Should.Throw<WebhookStartException>(() => settings.Apply(new OtlpExporterOptions())).Message
            .ShouldMatch($"^OTEL_EXPORTER_OTLP_METRICS_{name} must be .+, not '{value}'$");
    }

    /// <summary>The built program, its environment, and what a collector is told: admission and health, under which name.</summary>
    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT={http} OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", "/v1/metrics", "stash-webhook")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT={http}/in OTEL_EXPORTER_OTLP_METRICS_PROTOCOL=http/protobuf OTEL_SERVICE_NAME=mine", "/in", "mine")]
    [InlineData(
        "OTEL_EXPORTER_OTLP_ENDPOINT={grpc} OTEL_RESOURCE_ATTRIBUTES=service.name=ours,deployment.environment=test",
        "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "ours deployment.environment")]
    public async Task Program_TellsTheCollector_WhenTheEnvironmentIs(string variables, string path, string expected)
    {
        await using var collector = await OtlpCollector.StartAsync();
        using var certificate = new CertificateFiles();
        var kubeconfig = Path.Combine(Directory.CreateTempSubdirectory("stash-otlp-").FullName, "kubeconfig");
        await File.WriteAllTextAsync(kubeconfig, $$"""
            {apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c, user: u} }],
             clusters: [{name: c, cluster: {server: "{{collector.Http}}"} }], users: [{name: u, user: {} }] }
            """, TestContext.Current.CancellationToken);
        var start = new ProcessStartInfo(
            Path.Combine(AppContext.BaseDirectory, "stash-webhook"),
            ["--port", "0", "--metrics-port", "0", "--tls-cert", certificate.CertificatePath, "--tls-key", certificate.KeyPath, "--image", "runner", "--kubeconfig", kubeconfig])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        start.Environment["OTEL_METRIC_EXPORT_INTERVAL"] = "200";
        foreach (var one in variables.Replace("{http}", collector.Http, StringComparison.Ordinal).Replace("{grpc}", collector.Grpc, StringComparison.Ordinal).Split(' '))
        {
            start.Environment[one.Split('=', 2)[0]] = one.Split('=', 2)[1];
        }

        using var webhook = Process.Start(start)!;
        try
        {
            webhook.OutputDataReceived += static (_, _) => { };
            webhook.BeginOutputReadLine();
            string[] names = ["stash_build_info", "stash_backup_health_up", "stash_backup_expected_interval_seconds", "weekdays", "service.name", .. expected.Split(' ')];
            await WebhookUnderTest.UntilAsync($"{string.Join(", ", names)} at {path}", () =>
            {
                webhook.HasExited.ShouldBeFalse();
                return Task.FromResult(names.All(name => collector.Received.Any(one => one.Path == path && one.Message.Contains(name, StringComparison.Ordinal))));
            });
            collector.Received.ShouldAllBe(one => one.Path == path);
        }
        finally
        {
            webhook.Kill(entireProcessTree: true);
            Directory.Delete(Path.GetDirectoryName(kubeconfig)!, recursive: true);
        }
    }
}
