using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes.Requests;

namespace Stash.Core.Kubernetes.Exec;

/// <summary>Reads the Status that ends an exec.</summary>
internal static class ExecStatus
{
    /// <summary>The exit code that it tells.</summary>
    /// <exception cref="KubernetesException">The command could not be run.</exception>
    /// <exception cref="ExecConnectionException">It cannot be understood: how the command ended is not known.</exception>
    public static ExecResult Read(ReadOnlySpan<byte> utf8)
    {
        JsonObject status;
        try
        {
            status = Json.Read(utf8);
        }
        catch (JsonException exception)
        {
            throw new ExecConnectionException($"the status that ends the exec is not JSON: {exception.Message}", exception);
        }

        if (Text(status["status"]) == "Success")
        {
            return new(0);
        }

        if (Text(status["reason"]) != "NonZeroExitCode")
        {
            throw Refusals.From(Refusals.NoAnswer, status);
        }

        var causes = (status["details"] as JsonObject)?["causes"] as JsonArray ?? [];
        var code = causes.OfType<JsonObject>().Where(cause => Text(cause["reason"]) == "ExitCode").Select(cause => Text(cause["message"])).FirstOrDefault();
        return int.TryParse(code, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number != 0
            ? new(number)
            : throw new ExecConnectionException("the status that ends the exec says NonZeroExitCode without an exit code");
    }

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
