using Stash.Webhook.Options;

namespace Stash.Webhook.Health;

/// <summary>
/// Between SIGTERM and the end of listening: endpoints and kube-proxy need a moment to learn that this replica is going, and until
/// they do requests still come.
/// </summary>
internal sealed class Drain(Readiness readiness, WebhookOptions options, TimeProvider time, ILogger<Drain> log) : IHostedLifecycleService
{
    /// <summary>Tells a client on a kept-alive connection to open its next one elsewhere.</summary>
    public static Task CloseConnections(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(CloseWhenDraining, context);
        return next(context);
    }

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        readiness.Drain();
        Log.Draining(log, options.DrainPeriod.TotalSeconds);
        return Task.Delay(options.DrainPeriod, time, cancellationToken);
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static Task CloseWhenDraining(object state)
    {
        var context = (HttpContext)state;
        if (context.RequestServices.GetRequiredService<Readiness>().IsDraining)
        {
            context.Response.Headers.Connection = "close";
        }

        return Task.CompletedTask;
    }
}
