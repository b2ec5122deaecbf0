using Stash.Webhook.Metrics;

namespace Stash.Webhook.Wire;

/// <summary>Decides reviews; knows nothing of HTTP.</summary>
internal interface IReviewer
{
    /// <summary>For metrics and log: <c>pods</c> and the like.</summary>
    string Kind { get; }

    /// <summary>Decides one.</summary>
    ValueTask<AdmissionReply> ReviewAsync(AdmissionRequest request, CancellationToken cancellationToken);
}

/// <summary>Speaks HTTP for a <see cref="IReviewer"/>: reads the review, writes the answer, counts and logs. What is malformed is a 4xx.</summary>
internal static class ReviewEndpoint
{
    /// <summary>Answers one request.</summary>
    public static async Task AnswerAsync(HttpContext context, IReviewer reviewer)
    {
        var log = context.RequestServices.GetRequiredService<ILogger<IReviewer>>();
        var metrics = context.RequestServices.GetRequiredService<AdmissionMetrics>();
        var started = metrics.Start();
        try
        {
            using var body = await ReviewHttp.ReadAsync(context);
            using var review = AdmissionReview.Parse(body.Content);
            using var deadline = ReviewHttp.Deadline(context);
            var reply = await reviewer.ReviewAsync(review.Request, deadline.Token);
            await ReviewHttp.WriteAsync(context, ReplyWriter.Write(review.Request.Uid, reply));
            var elapsed = metrics.Record(started, reviewer.Kind, reply.Outcome, reply.Reason);
            Log.Reviewed(log, reviewer.Kind, reply, review.Request, elapsed);
        }
        catch (Exception fault) when (fault is MalformedReviewException or BadHttpRequestException)
        {
            metrics.Record(started, reviewer.Kind, "malformed", "");
            await ReviewHttp.RefuseAsync(context, log, reviewer.Kind, fault);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            metrics.Record(started, reviewer.Kind, "aborted", "");
        }
        catch
        {
            // A fault of ours: Kestrel logs it and answers 500, and the registration's failurePolicy decides.
            metrics.Record(started, reviewer.Kind, "error", "");
            throw;
        }
    }
}
