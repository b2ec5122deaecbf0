using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Stash.Core.Api;

namespace Stash.Runner.Tests.Manifests;

/// <summary>Lists where a CRD's schema and the API's records disagree on fields.</summary>
internal static class SchemaWalk
{
    private static readonly HashSet<Type> EitherShape = [typeof(IReadOnlyDictionary<string, string>), typeof(ExecAction), typeof(IReadOnlyList<RepositoryReference>)];

    public static IEnumerable<string> Differences(JsonNode schema, JsonTypeInfo type, string path)
    {
        if (type.Kind == JsonTypeInfoKind.Enumerable)
        {
            return schema["items"] is { } items && type.ElementType is { } element
                ? Differences(items, StashJson.Default.GetTypeInfo(element)!, path + "[]")
                : [$"{path}: the record has a list, the schema has {schema["type"]}"];
        }

        if (type.Kind != JsonTypeInfoKind.Object)
        {
            return Leaf(schema, type.Type, path);
        }

        return OfObject(schema, type, path);
    }

    private static IEnumerable<string> OfObject(JsonNode schema, JsonTypeInfo type, string path)
    {
        var properties = schema["properties"]?.AsObject() ?? [];
        var fields = type.Properties.Where(property => !property.IsExtensionData && property.Get is not null).ToList();
        foreach (var name in properties.Select(property => property.Key).Except(fields.Select(field => field.Name), StringComparer.Ordinal))
        {
            yield return $"{path}.{name}: in the schema only";
        }

        if (type.Properties.Any(property => property.IsExtensionData) && (bool?)schema["x-kubernetes-preserve-unknown-fields"] != true)
        {
            yield return $"{path}: the record keeps unknown fields, the schema drops them";
        }

        foreach (var field in fields)
        {
            if (properties[field.Name] is not { } property)
            {
                yield return $"{path}.{field.Name}: in the record only";
                continue;
            }

            var own = $"{path}.{field.Name}";
            if (field.Name == "metadata" && path.Length == 0)
            {
                continue;
            }

            if (property["description"] is null)
            {
                yield return $"{own}: no description";
            }

            var differences = EitherShape.Contains(field.PropertyType) || typeof(JsonNode).IsAssignableFrom(field.PropertyType)
                ? Open(property, field.PropertyType, own)
                : Differences(property, StashJson.Default.GetTypeInfo(Nullable.GetUnderlyingType(field.PropertyType) ?? field.PropertyType)!, own);
            foreach (var difference in differences)
            {
                yield return difference;
            }
        }
    }

    /// <summary>A field whose inside is Kubernetes' own, or that takes two shapes: the schema must let everything through.</summary>
    private static IEnumerable<string> Open(JsonNode schema, Type type, string path)
    {
        var open = (bool?)schema["x-kubernetes-preserve-unknown-fields"] == true
            || (bool?)schema["x-kubernetes-int-or-string"] == true
            || (bool?)schema["items"]?["x-kubernetes-preserve-unknown-fields"] == true
            || (type == typeof(IReadOnlyDictionary<string, string>) && (string?)schema["additionalProperties"]?["type"] == "string");
        return open ? [] : [$"{path}: the schema drops fields that the record keeps"];
    }

    private static IEnumerable<string> Leaf(JsonNode schema, Type type, string path)
    {
        var expected = type == typeof(string) ? "string"
            : type == typeof(bool) ? "boolean"
            : type == typeof(int) ? "integer int32"
            : type == typeof(long) ? "integer int64"
            : type == typeof(DateTimeOffset) ? "string date-time"
            : type.Name;
        var actual = $"{schema["type"]} {schema["format"]}".TrimEnd();
        return actual == expected ? [] : [$"{path}: the record has {expected}, the schema has {actual}"];
    }
}
