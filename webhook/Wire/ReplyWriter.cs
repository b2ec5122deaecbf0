using System.Buffers;
using System.Text.Json;

namespace Stash.Webhook.Wire;

/// <summary>Writes the response half of an AdmissionReview.</summary>
internal static class ReplyWriter
{
    /// <summary>Writes it; patch and patchType come both or neither, a status only with a denial.</summary>
    public static ReadOnlyMemory<byte> Write(string uid, AdmissionReply reply)
    {
        var buffer = new ArrayBufferWriter<byte>(reply.Patch is null ? 512 : 8192);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("apiVersion"u8, "admission.k8s.io/v1"u8);
        json.WriteString("kind"u8, "AdmissionReview"u8);
        json.WriteStartObject("response"u8);
        json.WriteString("uid"u8, uid);
        json.WriteBoolean("allowed"u8, reply.Status is null);
        if (reply.Patch is { } patch)
        {
            var operations = new ArrayBufferWriter<byte>(4096);
            using (var writer = new Utf8JsonWriter(operations))
            {
                patch.WriteTo(writer);
            }

            json.WriteString("patchType"u8, "JSONPatch"u8);
            json.WriteBase64String("patch"u8, operations.WrittenSpan);
        }

        if (reply.Status is { } status)
        {
            json.WritePropertyName("status"u8);
            status.WriteTo(json);
        }

        if (reply.Warnings.Count > 0)
        {
            json.WriteStartArray("warnings"u8);
            foreach (var warning in reply.Warnings)
            {
                json.WriteStringValue(warning);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }
}
