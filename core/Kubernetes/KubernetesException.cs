using System.Net;
using System.Text.Json.Nodes;

namespace Stash.Core.Kubernetes;

/// <summary>The API refused a request, or could not be reached in time.</summary>
public sealed class KubernetesException : Exception
{
    /// <summary>Makes one from the server's answer.</summary>
    /// <param name="statusCode">HTTP status; 0 where there was no answer.</param>
    /// <param name="message">Status.message, or what stands for it.</param>
    /// <param name="reason">Status.reason.</param>
    /// <param name="status">The meta/v1 Status as it came.</param>
    /// <param name="innerException">What was thrown underneath.</param>
    public KubernetesException(
        HttpStatusCode statusCode, string message, string? reason = null, JsonObject? status = null, Exception? innerException = null)
        : base(message, innerException)
    {
        StatusCode = statusCode;
        Reason = reason;
        Status = status;
    }

    /// <summary>HTTP status; 0 where there was no answer.</summary>
    public HttpStatusCode StatusCode { get; }

    /// <summary>Status.reason, for example <c>NotFound</c>, <c>AlreadyExists</c>, <c>Conflict</c>, <c>Invalid</c>, <c>Forbidden</c>, <c>Expired</c>.</summary>
    public string? Reason { get; }

    /// <summary>The meta/v1 Status as it came; null where the answer was none.</summary>
    public JsonObject? Status { get; }
}

/// <summary>A connection of exec ended before the command's exit code came: the command may still run.</summary>
public sealed class ExecConnectionException(string message, Exception? innerException = null) : Exception(message, innerException);
