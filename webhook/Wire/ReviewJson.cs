using System.Text.Json;
using System.Text.Unicode;

namespace Stash.Webhook.Wire;

/// <summary>What the reviews that an API server sends have in common: JSON with a kind, a version and a request with a uid.</summary>
internal static class ReviewJson
{
    /// <summary>Parses a body, which must stay as it is until the document is disposed.</summary>
    /// <param name="body">The body.</param>
    /// <param name="kind">Kind of the review, for the fault.</param>
    /// <exception cref="MalformedReviewException">Not JSON, or JSON that no .NET string can hold.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> body, string kind)
    {
        if (body.IsEmpty)
        {
            throw new MalformedReviewException($"the body is empty: POST {Article(kind)} {kind}");
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

    /// <summary>The request of a review of one kind and version.</summary>
    /// <exception cref="MalformedReviewException">It is another kind or version, or has no request.</exception>
    public static JsonElement Request(JsonElement root, string kind, string apiVersion)
    {
        if (root.ValueKind != JsonValueKind.Object || Text(root, "kind") != kind)
        {
            throw new MalformedReviewException($"the body is not {Article(kind)} {kind}");
        }

        if (Text(root, "apiVersion") is var version && version != apiVersion)
        {
            throw new MalformedReviewException($"apiVersion must be {apiVersion}, not '{version}'");
        }

        return root.TryGetProperty("request", out var request) && request.ValueKind == JsonValueKind.Object
            ? request
            : throw new MalformedReviewException("request is missing");
    }

    /// <summary>The uid, which the answer echoes.</summary>
    /// <exception cref="MalformedReviewException">There is none.</exception>
    public static string Uid(JsonElement request) =>
        Text(request, "uid") is { Length: > 0 } uid ? uid : throw new MalformedReviewException("request.uid is missing");

    /// <summary>A string; empty when it is absent or null.</summary>
    /// <exception cref="MalformedReviewException">It is something else.</exception>
    public static string Text(JsonElement json, string name) =>
        json.ValueKind != JsonValueKind.Object || !json.TryGetProperty(name, out var value) ? "" : value.ValueKind switch
        {
            JsonValueKind.String => value.GetString()!,
            JsonValueKind.Null => "",
            _ => throw new MalformedReviewException($"{name} must be a string"),
        };

    private static string Article(string kind) => kind[0] == 'A' ? "an" : "a";
}

/// <summary>A body that no API server sends; answered with 400.</summary>
internal sealed class MalformedReviewException(string message, Exception? innerException = null) : Exception(message, innerException);
