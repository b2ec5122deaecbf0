using System.Net;

namespace Stash.Core.Kubernetes.Requests;

/// <summary>What one attempt brought.</summary>
/// <param name="StatusCode">HTTP status.</param>
/// <param name="Body">The body as read; empty for an open stream.</param>
/// <param name="RetryAfter">How long the server asks to wait.</param>
/// <param name="Open">The answer whose body is still to be read; its taker disposes it.</param>
internal sealed record ApiReply(HttpStatusCode StatusCode, byte[] Body, TimeSpan? RetryAfter, HttpResponseMessage? Open)
{
    /// <summary>Whether it is 2xx.</summary>
    public bool IsSuccess => (int)StatusCode is >= 200 and < 300;
}
