using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Polly.Timeout;

namespace Stash.Core.Kubernetes.Requests;

/// <summary>Turns refusals and silence into <see cref="KubernetesException"/>.</summary>
internal static class Refusals
{
    /// <summary>Stands where HTTP gave no status.</summary>
    public const HttpStatusCode NoAnswer = default;

    private const int LongestExcerpt = 300;

    /// <summary>What the server answered: its Status, or an excerpt where a proxy answered in its place.</summary>
    public static KubernetesException From(HttpStatusCode code, byte[] body, string request)
    {
        if (StatusIn(body) is { } status)
        {
            return From(code, status);
        }

        var text = Encoding.UTF8.GetString(body.AsSpan(0, Math.Min(body.Length, LongestExcerpt))).Trim();
        var number = (int)code;
        return new(code, FormattableString.Invariant($"{request}: HTTP {number}{(text.Length == 0 ? "" : $": {text}")}"));
    }

    /// <summary>A Status that the server sent; its own code counts where HTTP's is not known (0).</summary>
    public static KubernetesException From(HttpStatusCode code, JsonObject status)
    {
        var own = status["code"] is JsonValue value && value.TryGetValue(out int number) ? (HttpStatusCode)number : code;
        var reason = Text(status, "reason");
        return new(code == NoAnswer ? own : code, Text(status, "message") ?? reason ?? "refused without a message", reason, status);
    }

    /// <summary>Nobody answered.</summary>
    public static KubernetesException Unreachable(Uri server, Exception exception)
    {
        var why = exception is TimeoutRejectedException ? "no answer in time" : exception.GetBaseException().Message;
        return new(NoAnswer, $"the API server {server.GetLeftPart(UriPartial.Authority)} cannot be reached: {why}", innerException: exception);
    }

    private static JsonObject? StatusIn(byte[] body)
    {
        try
        {
            return body.Length > 0 && Json.Read(body) is { } json && Text(json, "kind") == "Status" ? json : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonObject json, string key) => json[key] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
