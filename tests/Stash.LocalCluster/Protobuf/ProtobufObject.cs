using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Protobuf;

/// <summary>Bodies that kubectl's typed commands send (<c>application/vnd.kubernetes.protobuf</c>), as JSON.</summary>
internal static class ProtobufObject
{
    private const int MaxDepth = 60;

    /// <summary>Reads the envelope <c>k8s\0</c> + runtime.Unknown and the object in it.</summary>
    /// <exception cref="FormatException">Not protobuf, or of a kind that is not in the table.</exception>
    public static JsonObject Read(ReadOnlySpan<byte> body)
    {
        if (!body.StartsWith("k8s\0"u8))
        {
            throw new FormatException("the protobuf body does not begin with k8s\\0");
        }

        var (apiVersion, kind) = ("", "");
        ReadOnlySpan<byte> raw = [];
        var envelope = new WireReader(body[4..]);
        while (envelope.Read())
        {
            if (envelope.Number == 1)
            {
                (apiVersion, kind) = ReadType(envelope.Bytes);
            }
            else if (envelope.Number == 2)
            {
                raw = envelope.Bytes;
            }
        }

        var message = MessageTable.RootOf(apiVersion, kind)
            ?? throw new FormatException($"the local cluster does not read {apiVersion}, Kind={kind} as protobuf: send JSON or YAML");
        var result = new JsonObject { ["apiVersion"] = apiVersion, ["kind"] = kind };
        ReadMessage(message, raw, result, 0);
        return result;
    }

    private static (string ApiVersion, string Kind) ReadType(ReadOnlySpan<byte> bytes)
    {
        var (apiVersion, kind) = ("", "");
        var reader = new WireReader(bytes);
        while (reader.Read())
        {
            var text = Encoding.UTF8.GetString(reader.Bytes);
            (apiVersion, kind) = reader.Number == 1 ? (text, kind) : (apiVersion, text);
        }

        return (apiVersion, kind);
    }

    private static void ReadMessage(string message, ReadOnlySpan<byte> bytes, JsonObject into, int depth)
    {
        if (depth > MaxDepth)
        {
            throw new FormatException("the protobuf body is nested too deeply");
        }

        var fields = MessageTable.FieldsOf(message);
        var reader = new WireReader(bytes);
        while (reader.Read())
        {
            if (!fields.TryGetValue(reader.Number, out var field))
            {
                continue;
            }

            switch (field.Shape)
            {
                case "inline":
                    ReadMessage(field.Type, reader.Bytes, into, depth + 1);
                    break;
                case "list":
                    if (into[field.Name] is not JsonArray list)
                    {
                        into[field.Name] = list = [];
                    }

                    list.Add(Value(field.Type, ref reader, depth));
                    break;
                case "map":
                    ReadEntry(field, reader.Bytes, into.Ensure(field.Name), depth);
                    break;
                default:
                    if (Value(field.Type, ref reader, depth) is { } value && (field.KeepsZero || !IsZero(value)))
                    {
                        into[field.Name] = value;
                    }

                    break;
            }
        }
    }

    private static void ReadEntry(MessageField field, ReadOnlySpan<byte> bytes, JsonObject map, int depth)
    {
        var key = "";
        JsonNode? value = null;
        var reader = new WireReader(bytes);
        while (reader.Read())
        {
            if (reader.Number == 1)
            {
                key = Encoding.UTF8.GetString(reader.Bytes);
            }
            else
            {
                value = Value(field.Type, ref reader, depth);
            }
        }

        map[key] = value ?? "";
    }

    private static JsonNode? Value(string type, ref WireReader reader, int depth)
    {
        switch (type)
        {
            case "string":
                return Encoding.UTF8.GetString(reader.Bytes);
            case "bytes":
                return Convert.ToBase64String(reader.Bytes);
            case "bool":
                return reader.Scalar != 0;
            case "int32":
                return (int)reader.Scalar;
            case "int64":
                return (long)reader.Scalar;
            case "Quantity":
                return Inner(reader.Bytes, 1).Text;
            case "IntOrString":
                return Inner(reader.Bytes, 1).Scalar == 0 ? (int)Inner(reader.Bytes, 2).Scalar : Inner(reader.Bytes, 3).Text;
            case "Time" or "MicroTime":
                return reader.Bytes.IsEmpty ? null : DateTimeOffset.FromUnixTimeSeconds((long)Inner(reader.Bytes, 1).Scalar)
                    .ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
            default:
                var child = new JsonObject();
                ReadMessage(type, reader.Bytes, child, depth + 1);
                return child;
        }
    }

    private static (ulong Scalar, string Text) Inner(ReadOnlySpan<byte> bytes, int number)
    {
        var reader = new WireReader(bytes);
        while (reader.Read())
        {
            if (reader.Number == number)
            {
                return (reader.Scalar, Encoding.UTF8.GetString(reader.Bytes));
            }
        }

        return (0, "");
    }

    private static bool IsZero(JsonNode value) => value switch
    {
        JsonObject map => map.Count == 0,
        _ => value.ToJsonString() is "0" or "false" or "\"\"",
    };
}
