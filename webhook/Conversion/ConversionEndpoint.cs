using Stash.Webhook.Metrics;
using Stash.Webhook.Wire;

namespace Stash.Webhook.Conversion;

/// <summary>Speaks HTTP for conversions: reads the review, writes the answer, counts and logs. What is malformed is a 4xx.</summary>
internal static class ConversionEndpoint
{
    /// <summary>For metrics and log, as a reviewer has one.</summary>
    public const string Kind = "conversion";

    /// <summary>Answers one request.</summary>
    public static async Task AnswerAsync(HttpContext context)
    {
        var log = context.RequestServices.GetRequiredService<ILogger<ConversionReview>>();
        var metrics = context.RequestServices.GetRequiredService<AdmissionMetrics>();
        var started = metrics.Start();
        try
        {
            using var body = await ReviewHttp.ReadAsync(context);
            using var review = ConversionReview.Parse(body.Content);
            var reply = ConversionReply.To(review);
            await ReviewHttp.WriteAsync(context, reply.Write(review.Uid));
            var outcome = reply.Fault is null ? "converted" : "failed";
            var elapsed = metrics.Record(started, Kind, outcome, "");
            Log.Converted(log, review, reply, outcome, elapsed);
        }
        catch (Exception fault) when (fault is MalformedReviewException or BadHttpRequestException)
        {
            metrics.Record(started, Kind, "malformed", "");
            await ReviewHttp.RefuseAsync(context, log, Kind, fault);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            metrics.Record(started, Kind, "aborted", "");
        }
        catch
        {
            // A fault of ours: Kestrel logs it and answers 500, and the API server tells its user.
            metrics.Record(started, Kind, "error", "");
            throw;
        }
    }
}
