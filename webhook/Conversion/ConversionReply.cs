using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Conversion;

namespace Stash.Webhook.Conversion;

/// <summary>The answer to a <see cref="ConversionReview"/>: every object in the wanted version, in the order of the request, or why not.</summary>
internal sealed record ConversionReply
{
    private const int MostFaults = 10;
    private const int LongestFault = 500;

    private ConversionReply(IReadOnlyList<JsonObject> objects, string? fault) => (Objects, Fault) = (objects, fault);

    /// <summary>The objects; empty when one could not be converted: Kubernetes takes all or none.</summary>
    public IReadOnlyList<JsonObject> Objects { get; }

    /// <summary>What was wrong, object by object; null when nothing was.</summary>
    public string? Fault { get; }

    /// <summary>Converts what a review asks for.</summary>
    public static ConversionReply To(ConversionReview review)
    {
        var objects = new List<JsonObject>(review.Objects.Count);
        var faults = new List<string>();
        for (var i = 0; i < review.Objects.Count && faults.Count < MostFaults; i++)
        {
            try
            {
                objects.Add(review.Objects[i] is JsonObject one
                    ? ObjectConverter.Convert(one, review.DesiredApiVersion)
                    : throw new ConversionException($"request.objects[{i}] is not an object"));
            }
            catch (ConversionException fault)
            {
                faults.Add(fault.Message.Length <= LongestFault ? fault.Message : string.Concat(fault.Message.AsSpan(0, LongestFault), "..."));
            }
        }

        return faults.Count == 0 ? new(objects, null) : new([], string.Join("; ", faults));
    }

    /// <summary>The review to answer with.</summary>
    /// <param name="uid">Of the request.</param>
    public ReadOnlyMemory<byte> Write(string uid)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("kind"u8, "ConversionReview"u8);
        json.WriteString("apiVersion"u8, ConversionReview.ApiVersion);
        json.WriteStartObject("response"u8);
        json.WriteString("uid"u8, uid);
        json.WriteStartArray("convertedObjects"u8);
        foreach (var one in Objects)
        {
            one.WriteTo(json);
        }

        json.WriteEndArray();
        json.WriteStartObject("result"u8);
        json.WriteString("status"u8, Fault is null ? "Success"u8 : "Failure"u8);
        if (Fault is not null)
        {
            json.WriteString("message"u8, Fault);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
