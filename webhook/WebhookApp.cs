using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Stash.Core.Kubernetes;
using Stash.Webhook.Conversion;
using Stash.Webhook.Health;
using Stash.Webhook.Metrics;
using Stash.Webhook.Options;
using Stash.Webhook.Pods;
using Stash.Webhook.Tls;
using Stash.Webhook.Validation;
using Stash.Webhook.Waking;
using Stash.Webhook.Wire;

namespace Stash.Webhook;

/// <summary>Puts the rooms together.</summary>
public static class WebhookApp
{
    /// <summary>Builds the program, ready to be run or, in a test, to be started.</summary>
    /// <param name="options">How it runs.</param>
    /// <param name="kubernetes">The API that it asks; stays the caller's.</param>
    /// <param name="time">Drives deadlines and durations; null is the system's.</param>
    /// <exception cref="WebhookStartException">The certificate cannot be used.</exception>
    public static WebApplication Build(WebhookOptions options, IKubernetesClient kubernetes, TimeProvider? time = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        AddLogging(builder, options);
        AddServices(builder.Services, options, kubernetes, time ?? TimeProvider.System);
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(Listen);
        var app = builder.Build();
        _ = app.Services.GetRequiredService<ServedCertificate>();
        _ = app.Services.GetRequiredService<MetricsPipeline>();
        _ = app.Services.GetRequiredService<HealthMetrics>();
        string[] kinds = [app.Services.GetRequiredService<PodReviewer>().Kind, app.Services.GetRequiredService<WakingReviewer>().Kind, ConversionEndpoint.Kind];
        Array.ForEach(kinds, app.Services.GetRequiredService<AdmissionMetrics>().Expect);

        app.Use(Drain.CloseConnections);
        Routes.Map(app);
        return app;
    }

    private static void AddLogging(WebApplicationBuilder builder, WebhookOptions options)
    {
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        if (options.JsonLogs)
        {
            builder.Logging.ClearProviders().AddJsonConsole(console =>
            {
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        }
    }

    private static void AddServices(IServiceCollection services, WebhookOptions options, IKubernetesClient kubernetes, TimeProvider time)
    {
        // An instance given to the container is not disposed by it.
        services.AddSingleton(kubernetes).AddSingleton(options).AddSingleton(time);
        services.AddSingleton<ServedCertificate>().AddHostedService<CertificateWatch>();
        services.AddSingleton<Readiness>().AddHostedService<ApiProbe>().AddHostedService<Drain>();
        services.AddSingleton<MetricsPipeline>().AddSingleton<AdmissionMetrics>();
        services.AddSingleton<HealthReader>().AddSingleton<BackupHealth>().AddSingleton<HealthMetrics>();
        services.AddSingleton(new ConfigLookup(kubernetes, options.LookupDeadline, time));
        services.AddSingleton<PodReviewer>().AddSingleton<Surroundings>().AddSingleton<ObjectReviewer>();
        services.AddSingleton<WakingReviewer>().AddSingleton<SyncWaker>().AddHostedService(static all => all.GetRequiredService<SyncWaker>());
        services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainPeriod + TimeSpan.FromSeconds(15));
    }

    private static void Listen(KestrelServerOptions kestrel)
    {
        var services = kestrel.ApplicationServices;
        var (options, certificate) = (services.GetRequiredService<WebhookOptions>(), services.GetRequiredService<ServedCertificate>());
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = PooledBody.Largest;
        kestrel.ListenAnyIP(options.Port, listen => listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = TimeSpan.FromSeconds(10),
            OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
            {
                ServerCertificateContext = certificate.Context,
                EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            }),
        }));
        kestrel.ListenAnyIP(options.MetricsPort, listen => listen.Protocols = HttpProtocols.Http1);
    }
}
