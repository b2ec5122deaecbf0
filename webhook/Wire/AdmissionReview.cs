using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Unicode;

namespace Stash.Webhook.Wire;

/// <summary>
/// A received AdmissionReview (admission.k8s.io/v1). Parsed once into pooled memory; objects in it are opened field by field as they
/// are read, so a pod costs what is looked at.
/// </summary>
internal sealed class AdmissionReview : IDisposable
{
    private const string ApiVersion = "admission.k8s.io/v1";
    private readonly JsonDocument document;

    private AdmissionReview(JsonDocument document, AdmissionRequest request)
    {
        this.document = document;
        Request = request;
    }

    /// <summary>What is asked.</summary>
    public AdmissionRequest Request { get; }

    /// <summary>Parses a body, which must stay as it is until the review is disposed.</summary>
    /// <exception cref="MalformedReviewException">Not JSON, or not a review.</exception>
    public static AdmissionReview Parse(ReadOnlyMemory<byte> body)
    {
        var parsed = ParseJson(body);
        try
        {
            return new AdmissionReview(parsed, Read(parsed.RootElement));
        }
        catch
        {
            parsed.Dispose();
            throw;
        }
    }

    public void Dispose() => document.Dispose();

    private static JsonDocument ParseJson(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            throw new MalformedReviewException("the body is empty: POST an AdmissionReview");
        }

        if (!Utf8.IsValid(body.Span))
        {
            throw new MalformedReviewException("the body is not UTF-8");
        }

        try
        {
            Unescapable.Check(body.Span);
            return JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 128, AllowDuplicateProperties = false });
        }
        catch (JsonException fault)
        {
            throw new MalformedReviewException($"the body is not JSON: {fault.Message}", fault);
        }
    }

    private static AdmissionRequest Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object || Text(root, "kind") != "AdmissionReview")
        {
            throw new MalformedReviewException("the body is not an AdmissionReview");
        }

        if (Text(root, "apiVersion") is var version && version != ApiVersion)
        {
            throw new MalformedReviewException($"apiVersion must be {ApiVersion}, not '{version}'");
        }

        if (!root.TryGetProperty("request", out var request) || request.ValueKind != JsonValueKind.Object)
        {
            throw new MalformedReviewException("request is missing");
        }

        var kind = request.TryGetProperty("kind", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
        return new AdmissionRequest
        {
            Uid = Text(request, "uid") is { Length: > 0 } uid ? uid : throw new MalformedReviewException("request.uid is missing"),
            Group = Text(kind, "group"),
            Kind = Text(kind, "kind"),
            SubResource = Text(request, "subResource"),
            Namespace = Text(request, "namespace"),
            Name = Text(request, "name"),
            Operation = Text(request, "operation"),
            DryRun = request.TryGetProperty("dryRun", out var dryRun) && dryRun.ValueKind == JsonValueKind.True,
            Object = Object(request, "object"),
            OldObject = Object(request, "oldObject"),
        };
    }

    private static JsonObject? Object(JsonElement request, string name) =>
        !request.TryGetProperty(name, out var value) ? null : value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.Object => JsonObject.Create(value),
            _ => throw new MalformedReviewException($"request.{name} must be an object"),
        };

    private static string Text(JsonElement json, string name) =>
        json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var value) ? "" : value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Null => "",
            _ => throw new MalformedReviewException($"{name} must be a string"),
        };
}

/// <summary>A body that no API server sends; answered with 400.</summary>
internal sealed class MalformedReviewException(string message, Exception? innerException = null) : Exception(message, innerException);
