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
            RequireJson(context.Request);
            using var body = await PooledBody.ReadAsync(context.Request, context.RequestAborted);
            using var review = AdmissionReview.Parse(body.Content);
            using var deadline = Deadline(context);
            var reply = await reviewer.ReviewAsync(review.Request, deadline.Token);
            await WriteAsync(context, review.Request.Uid, reply);
            var elapsed = metrics.Record(started, reviewer.Kind, reply.Outcome, reply.Reason);
            Log.Reviewed(log, reviewer.Kind, reply, review.Request, elapsed);
        }
        catch (Exception fault) when (fault is MalformedReviewException or BadHttpRequestException)
        {
            metrics.Record(started, reviewer.Kind, "malformed", "");
            await RefuseAsync(context, log, reviewer.Kind, fault);
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

    private static void RequireJson(HttpRequest request)
    {
        if (request.ContentType is not { } type
            || !type.AsSpan().TrimStart().StartsWith("application/json", StringComparison.OrdinalIgnoreCase)
            || (type.Trim().Length > 16 && type.Trim()[16] is not (';' or ' ')))
        {
            throw new BadHttpRequestException("Content-Type must be application/json", StatusCodes.Status415UnsupportedMediaType);
        }
    }

    // The API server says how long it will wait (?timeout=10s); an answer must leave a little before.
    private static CancellationTokenSource Deadline(HttpContext context)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        if (context.Request.Query["timeout"] is [{ Length: > 1 } text]
            && text[^1] == 's'
            && int.TryParse(text.AsSpan(..^1), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and <= 30)
        {
            source.CancelAfter(TimeSpan.FromSeconds(seconds) * 0.8);
        }

        return source;
    }

    private static async Task WriteAsync(HttpContext context, string uid, AdmissionReply reply)
    {
        var answer = ReplyWriter.Write(uid, reply);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    private static async Task RefuseAsync(HttpContext context, ILogger log, string kind, Exception fault)
    {
        var status = fault is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status400BadRequest;
        var message = status == StatusCodes.Status413PayloadTooLarge ? $"the body is larger than {PooledBody.Largest} bytes" : fault.Message;
        Log.Malformed(log, kind, status, message);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(message + "\n", context.RequestAborted);
    }
}
