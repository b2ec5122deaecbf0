using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Webhook.Wire;

namespace Stash.Webhook.Conversion;

/// <summary>A received ConversionReview (apiextensions.k8s.io/v1). Its objects are readable until it is disposed.</summary>
internal sealed class ConversionReview : IDisposable
{
    /// <summary>Version of the review that this program speaks.</summary>
    public const string ApiVersion = "apiextensions.k8s.io/v1";

    private readonly JsonDocument document;

    private ConversionReview(JsonDocument document, string uid, string desired, IReadOnlyList<JsonNode?> objects) =>
        (this.document, Uid, DesiredApiVersion, Objects) = (document, uid, desired, objects);

    /// <summary>Echoed in the response.</summary>
    public string Uid { get; }

    /// <summary>The version that is wanted, for example <c>stash.appscode.com/v1beta2</c>.</summary>
    public string DesiredApiVersion { get; }

    /// <summary>What is to be converted, in the versions that they happen to have.</summary>
    public IReadOnlyList<JsonNode?> Objects { get; }

    /// <summary>Parses a body, which must stay as it is until the review is disposed.</summary>
    /// <exception cref="MalformedReviewException">Not JSON, or not a review.</exception>
    public static ConversionReview Parse(ReadOnlyMemory<byte> body)
    {
        var parsed = ReviewJson.Parse(body, "ConversionReview");
        try
        {
            return Read(parsed);
        }
        catch
        {
            parsed.Dispose();
            throw;
        }
    }

    public void Dispose() => document.Dispose();

    private static ConversionReview Read(JsonDocument parsed)
    {
        var request = ReviewJson.Request(parsed.RootElement, "ConversionReview", ApiVersion);
        if (!request.TryGetProperty("objects", out var objects) || objects.ValueKind != JsonValueKind.Array)
        {
            throw new MalformedReviewException("request.objects must be a list");
        }

        var desired = ReviewJson.Text(request, "desiredAPIVersion");
        return desired.Length == 0
            ? throw new MalformedReviewException("request.desiredAPIVersion is missing")
            : new ConversionReview(parsed, ReviewJson.Uid(request), desired, [.. objects.EnumerateArray().Select(Node)]);
    }

    private static JsonNode? Node(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => JsonObject.Create(element),
        JsonValueKind.Array => JsonArray.Create(element),
        _ => JsonValue.Create(element),
    };
}
