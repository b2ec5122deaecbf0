using System.Net;
using System.Security.Authentication;
using Polly.Timeout;

namespace Stash.Core.Kubernetes.Requests;

/// <summary>Which failures are worth another attempt, and how long to wait for it.</summary>
internal static class RetryRules
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    /// <summary>Whether an answer may be better next time. 429 says that nothing was done, so it is safe for every request.</summary>
    public static bool IsTransient(HttpStatusCode status, bool repeatable) =>
        status == HttpStatusCode.TooManyRequests
        || (repeatable && status is HttpStatusCode.RequestTimeout or HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout);

    /// <summary>Whether a failure without an answer may be gone next time; a certificate that is not trusted stays so.</summary>
    public static bool IsTransient(Exception exception, bool repeatable) => exception switch
    {
        HttpRequestException { InnerException: AuthenticationException } => false,
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError } => true,
        // SocketsHttpHandler's own ConnectTimeout: no connection, so no request.
        TaskCanceledException { InnerException: TimeoutException } => true,
        HttpRequestException or IOException or TimeoutRejectedException => repeatable,
        _ => false,
    };

    /// <summary>Exponential back-off: 0.2 s doubled up to 10 s, of which a random part between one half and all is waited.</summary>
    /// <param name="attempt">How many attempts failed before this one.</param>
    /// <param name="random">At least 0, below 1.</param>
    public static TimeSpan BackOff(int attempt, double random)
    {
        var full = Math.Min(FirstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(attempt, 30)), LongestDelay.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(full * (0.5 + (random / 2)));
    }
}
