using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Yaml;
using Stash.LocalCluster.Protobuf;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Rest;

/// <summary>Reads what clients send.</summary>
internal static class RequestBody
{
    private const int Limit = 3 * 1024 * 1024;

    /// <summary>The body as one object, JSON or YAML; empty when there is none.</summary>
    /// <exception cref="Core.Kubernetes.KubernetesException">400, 413, 415.</exception>
    public static async Task<JsonObject> ReadObjectAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var bytes = await ReadAsync(request, cancellationToken);
        if (bytes.Length == 0)
        {
            return [];
        }

        var type = request.ContentType ?? "";
        if (type.Contains("protobuf", StringComparison.Ordinal))
        {
            return ReadProtobuf(bytes);
        }

        return type.Contains("yaml", StringComparison.Ordinal) && bytes.AsSpan().TrimStart(" \r\n\t"u8) is not [(byte)'{', ..]
            ? ReadYaml(bytes)
            : ReadJson(bytes);
    }

    /// <summary>The body as JSON of any kind.</summary>
    public static async Task<JsonNode?> ReadNodeAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var bytes = await ReadAsync(request, cancellationToken);
        try
        {
            return JsonNode.Parse(bytes, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException exception)
        {
            throw ApiErrors.BadRequest("error decoding patch: " + exception.Message);
        }
    }

    private static JsonObject ReadJson(byte[] bytes)
    {
        try
        {
            return JsonAccess.Parse(bytes);
        }
        catch (JsonException exception)
        {
            throw ApiErrors.BadRequest("the object provided is unrecognized: " + exception.Message);
        }
    }

    private static JsonObject ReadYaml(byte[] bytes)
    {
        try
        {
            return YamlJson.Read(Encoding.UTF8.GetString(bytes)) is [var one] ? one : throw ApiErrors.BadRequest("the body must be one YAML document");
        }
        catch (FormatException exception)
        {
            throw ApiErrors.BadRequest("error decoding YAML: " + exception.Message);
        }
    }

    private static JsonObject ReadProtobuf(byte[] bytes)
    {
        try
        {
            return ProtobufObject.Read(bytes);
        }
        catch (FormatException exception)
        {
            throw ApiErrors.UnsupportedMediaType(exception.Message);
        }
    }

    private static async Task<byte[]> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int count;
        while ((count = await request.Body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            buffer.Write(chunk, 0, count);
            if (buffer.Length > Limit)
            {
                throw ApiErrors.Make(413, "RequestEntityTooLarge", $"Request entity too large: limit is {Limit}");
            }
        }

        return buffer.ToArray();
    }
}
