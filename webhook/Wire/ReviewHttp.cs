using System.Globalization;

namespace Stash.Webhook.Wire;

/// <summary>How reviews travel: JSON in, JSON out, and a 4xx with a sentence for what no API server sends.</summary>
internal static class ReviewHttp
{
    /// <summary>The body of a request for a review.</summary>
    /// <exception cref="BadHttpRequestException">415 when it is not JSON, 413 when it is too large, 400 when it breaks off.</exception>
    public static ValueTask<PooledBody> ReadAsync(HttpContext context)
    {
        RequireJson(context.Request);
        return PooledBody.ReadAsync(context.Request, context.RequestAborted);
    }

    /// <summary>Ends when the API server, which says how long it will wait (<c>?timeout=10s</c>), nearly gives up.</summary>
    public static CancellationTokenSource Deadline(HttpContext context)
    {
        var source = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        if (context.Request.Query["timeout"] is [{ Length: > 1 } text]
            && text[^1] == 's'
            && int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds is > 0 and <= 30)
        {
            source.CancelAfter(TimeSpan.FromSeconds(seconds) * 0.8);
        }

        return source;
    }

    /// <summary>Answers with JSON.</summary>
    public static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> answer)
    {
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.Length;
        await context.Response.Body.WriteAsync(answer, context.RequestAborted);
    }

    /// <summary>Answers with a 4xx, and logs it.</summary>
    public static async Task RefuseAsync(HttpContext context, ILogger log, string kind, Exception fault)
    {
        var status = fault is BadHttpRequestException bad ? bad.StatusCode : StatusCodes.Status400BadRequest;
        var message = status == StatusCodes.Status413PayloadTooLarge ? $"the body is larger than {PooledBody.Largest} bytes" : fault.Message;
        Log.Malformed(log, kind, status, message);
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(message + "\n", context.RequestAborted);
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
}
