using Stash.Webhook.Conversion;
using Stash.Webhook.Health;
using Stash.Webhook.Metrics;
using Stash.Webhook.Pods;
using Stash.Webhook.Waking;
using Stash.Webhook.Wire;

namespace Stash.Webhook;

/// <summary>Every route of this program.</summary>
internal static class Routes
{
    /// <summary>Maps them: all over HTTPS, but for <c>/metrics</c>, which is all that the plain port has.</summary>
    public static void Map(WebApplication app)
    {
        app.MapWhen(static context => !context.Request.IsHttps, static plain => plain.Run(Metrics));
        app.MapPost("/mutate/pods", MutatePods);
        app.MapPost("/validate", Validate);
        app.MapPost("/convert", ConversionEndpoint.AnswerAsync);
        app.MapGet("/healthz", Healthz);
        app.MapGet("/readyz", Readyz);
    }

    private static Task MutatePods(HttpContext context) =>
        ReviewEndpoint.AnswerAsync(context, context.RequestServices.GetRequiredService<PodReviewer>());

    private static Task Validate(HttpContext context) =>
        ReviewEndpoint.AnswerAsync(context, context.RequestServices.GetRequiredService<WakingReviewer>());

    private static Task Healthz(HttpContext context) => context.Response.WriteAsync("ok\n", context.RequestAborted);

    private static Task Readyz(HttpContext context)
    {
        var reason = context.RequestServices.GetRequiredService<Readiness>().Reason;
        context.Response.StatusCode = reason is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return context.Response.WriteAsync($"{reason ?? "ok"}\n", context.RequestAborted);
    }

    private static async Task Metrics(HttpContext context)
    {
        if (context.Request is not { Method: "GET", Path.Value: "/metrics" })
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        await context.RequestServices.GetRequiredService<BackupHealth>().RefreshAsync(context.RequestAborted);
        context.Response.ContentType = PrometheusText.ContentType;
        await context.Response.WriteAsync(context.RequestServices.GetRequiredService<MetricsPipeline>().Collect(), context.RequestAborted);
    }
}
