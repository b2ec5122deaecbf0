using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;

namespace Stash.LocalCluster.Rest;

/// <summary>Writes answers.</summary>
internal static class Responses
{
    /// <summary>A JSON body.</summary>
    public static async Task WriteAsync(HttpContext http, int code, JsonNode body)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(body), http.RequestAborted);
    }

    /// <summary>A refusal.</summary>
    public static Task WriteAsync(HttpContext http, KubernetesException refusal) =>
        WriteAsync(http, (int)refusal.StatusCode, refusal.Status ?? ApiErrors.InternalError(refusal.Message).Status!);

    /// <summary>What to tell the client beside the answer, as RFC 7234's Warning.</summary>
    public static void Warn(HttpContext http, IEnumerable<string> warnings)
    {
        foreach (var warning in warnings.Distinct(StringComparer.Ordinal))
        {
            var text = warning.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
            var clean = string.Concat(text.Where(c => c is >= ' ' and < '\u007f'));
            http.Response.Headers.Append("Warning", $"299 - \"{clean}\"");
        }
    }

    /// <summary>A Status that says yes.</summary>
    public static JsonObject Success(string group, string kind, string name, string uid) => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Success",
        ["details"] = new JsonObject { ["name"] = name, ["group"] = group, ["kind"] = kind, ["uid"] = uid },
    };
}
