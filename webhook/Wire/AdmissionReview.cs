using System.Text.Json;
using System.Text.Json.Nodes;

namespace Stash.Webhook.Wire;

/// <summary>
/// A received AdmissionReview (admission.k8s.io/v1). Parsed once into pooled memory; objects in it are opened field by field as they
/// are read, so a pod costs what is looked at.
/// </summary>
internal sealed class AdmissionReview : IDisposable
{
    private const string ApiVersion = "admission.k8s.io/v1";
    private const string Kind = "AdmissionReview";
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
        var parsed = ReviewJson.Parse(body, Kind);
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

    private static AdmissionRequest Read(JsonElement root)
    {
        var request = ReviewJson.Request(root, Kind, ApiVersion);
        var kind = request.TryGetProperty("kind", out var given) && given.ValueKind == JsonValueKind.Object ? given : default;
        return new AdmissionRequest
        {
            Uid = ReviewJson.Uid(request),
            Group = ReviewJson.Text(kind, "group"),
            Kind = ReviewJson.Text(kind, "kind"),
            SubResource = ReviewJson.Text(request, "subResource"),
            Namespace = ReviewJson.Text(request, "namespace"),
            Name = ReviewJson.Text(request, "name"),
            Operation = ReviewJson.Text(request, "operation"),
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
}
