using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Stash.Core.Api;

namespace Stash.Core.Tests.Crds;

/// <summary>
/// Brings a CRD's schema in line with the API's records: their fields, their types, and their docstrings as descriptions. Everything else
/// in the schema (defaults, bounds, enums, required, rules, list types) is written by hand and left as it stands; so are fields inside
/// what the record passes on as Kubernetes' own.
/// </summary>
internal sealed class SchemaOfRecords(Docstrings docs)
{
    private const string Open = "x-kubernetes-preserve-unknown-fields";
    private static readonly string[] Owned = ["type", "format", "description", "properties", "items", "additionalProperties", Open, "x-kubernetes-int-or-string"];

    /// <summary>The whole schema of a kind.</summary>
    public JsonObject Root(JsonTypeInfo type, JsonObject written)
    {
        var schema = Object(type, docs.Of(type.Type), written);
        schema["properties"]!["apiVersion"] = new JsonObject { ["description"] = "Version of the API that this object is written in.", ["type"] = "string" };
        schema["properties"]!["kind"] = new JsonObject { ["description"] = $"Kind of this object: {type.Type.GetField("KindName")!.GetRawConstantValue()}.", ["type"] = "string" };
        schema["properties"]!["metadata"] = new JsonObject { ["type"] = "object" };
        return schema;
    }

    private JsonObject Object(JsonTypeInfo type, string description, JsonObject written)
    {
        var open = type.Properties.Any(property => property.IsExtensionData);
        var schema = Start(description, "object", null, written);
        if (open)
        {
            schema[Open] = true;
        }

        var properties = new JsonObject();
        var before = written["properties"] as JsonObject ?? [];
        foreach (var field in type.Properties.Where(field => !field.IsExtensionData && field.Get is not null))
        {
            properties[field.Name] = Field(type, field, before[field.Name] as JsonObject ?? []);
        }

        foreach (var (name, extra) in open ? before.Where(one => !properties.ContainsKey(one.Key)).ToArray() : [])
        {
            properties[name] = extra!.DeepClone();
        }

        schema["properties"] = properties;
        return schema;
    }

    private JsonObject Field(JsonTypeInfo owner, JsonPropertyInfo field, JsonObject written)
    {
        var description = docs.Of(Member(owner.Type, field.Name));
        return field.CustomConverter switch
        {
            ParamsConverter or ExecActionConverter => EitherShape(description, written),
            RepositoryReferencesConverter => List(StashJson.Default.RepositoryReference, description, written),
            _ when field.PropertyType == typeof(ExecAction) => EitherShape(description, written),
            _ => Value(Nullable.GetUnderlyingType(field.PropertyType) ?? field.PropertyType, description, written),
        };
    }

    private JsonObject Value(Type type, string description, JsonObject written)
    {
        if (type == typeof(JsonObject) || type == typeof(JsonArray) || type == typeof(JsonNode))
        {
            return Foreign(type, description, written);
        }

        if (Scalar(type) is var (name, format))
        {
            return Start(description, name, format, written);
        }

        var info = StashJson.Default.GetTypeInfo(type)!;
        return info.Kind switch
        {
            JsonTypeInfoKind.Enumerable => List(StashJson.Default.GetTypeInfo(info.ElementType!)!, description, written),
            JsonTypeInfoKind.Dictionary => Map(description, written),
            _ => Object(info, description, written),
        };
    }

    private JsonObject List(JsonTypeInfo element, string description, JsonObject written)
    {
        var schema = Start(description, "array", null, written);
        schema["items"] = Value(element.Type, docs.Of(element.Type), written["items"] as JsonObject ?? []);
        return schema;
    }

    private static JsonObject Map(string description, JsonObject written)
    {
        var schema = Start(description, "object", null, written);
        schema["additionalProperties"] = Start("", "string", null, written["additionalProperties"] as JsonObject ?? []);
        return schema;
    }

    // No type: structural schemas have no other way to take two.
    private static JsonObject EitherShape(string description, JsonObject written)
    {
        var schema = Start(description, null, null, written);
        schema[Open] = true;
        return schema;
    }

    private static JsonObject Foreign(Type type, string description, JsonObject written)
    {
        if (type == typeof(JsonNode))
        {
            var port = Start(description, null, null, written);
            port["x-kubernetes-int-or-string"] = true;
            return port;
        }

        var schema = Start(description, type == typeof(JsonArray) ? "array" : "object", null, written);
        var inner = type == typeof(JsonArray) ? written["items"]?.DeepClone().AsObject() ?? new JsonObject { ["type"] = "object" } : schema;
        inner[Open] = true;
        if (type == typeof(JsonArray))
        {
            schema["items"] = inner;
        }
        else if (written["properties"] is { } properties)
        {
            schema["properties"] = properties.DeepClone();
        }

        return schema;
    }

    private static JsonObject Start(string description, string? type, string? format, JsonObject written)
    {
        var schema = new JsonObject();
        foreach (var (key, value) in (ReadOnlySpan<(string, string?)>)[("description", description), ("type", type), ("format", format)])
        {
            if (!string.IsNullOrEmpty(value))
            {
                schema[key] = value;
            }
        }

        foreach (var (key, value) in written.Where(one => !Owned.Contains(one.Key, StringComparer.Ordinal)))
        {
            schema[key] = value?.DeepClone();
        }

        return schema;
    }

    private static (string Type, string? Format)? Scalar(Type type) =>
        type == typeof(string) ? ("string", null)
        : type == typeof(bool) ? ("boolean", null)
        : type == typeof(int) ? ("integer", "int32")
        : type == typeof(long) ? ("integer", "int64")
        : type == typeof(double) ? ("number", "double")
        : type == typeof(DateTimeOffset) ? ("string", "date-time")
        : null;

    private static PropertyInfo Member(Type type, string name) => type.GetProperties().Single(
        property => property.GetCustomAttribute<JsonIgnoreAttribute>() is null
            && string.Equals(property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(property.Name), name, StringComparison.Ordinal));
}
