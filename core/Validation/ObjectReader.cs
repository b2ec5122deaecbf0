using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Stash.Core.Validation;

/// <summary>Reads JSON as one of the API's records, so that a wrong type is a fault with a field path and not an exception.</summary>
public static class ObjectReader
{
    /// <summary>Reads <paramref name="json"/>, which is left as it is. A null counts as absent, as it does in Kubernetes.</summary>
    /// <returns>The value, or null with the faults; and a fault-less list of unknown fields, by path, in <c>Unknown</c>.</returns>
    public static ReadOutcome<T> Read<T>(JsonObject json, JsonTypeInfo<T> type)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(type);
        try
        {
            var copy = json.DeepClone().AsObject();
            var shape = new ShapeCheck(type.Options, Version(json));
            shape.CheckObject(copy, type, FieldPath.Root);
            if (shape.Faults.Count > 0)
            {
                return new ReadOutcome<T>(null, [.. shape.Faults.Take(Findings.Most)], [.. shape.Unknown.Take(Findings.Most)]);
            }

            return new ReadOutcome<T>(copy.Deserialize(type), [], [.. shape.Unknown.Take(Findings.Most)]);
        }
        catch (JsonException fault)
        {
            return new ReadOutcome<T>(null, [new Fault(FromJsonPath(fault.Path), FaultType.Invalid, fault.Message)], []);
        }
        catch (ArgumentException fault)
        {
            // System.Text.Json.Nodes looks for duplicate keys when an object is first read, not when it is parsed.
            return new ReadOutcome<T>(null, [new Fault("", FaultType.Invalid, $"a key is given twice in the same map: {fault.Message}")], []);
        }
    }

    private static string Version(JsonObject json) => json["apiVersion"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";

    private static string FromJsonPath(string? path) => path is null or "$" ? "" : path[(path.StartsWith("$.", StringComparison.Ordinal) ? 2 : 1)..];
}

/// <summary>What reading gave.</summary>
/// <param name="Value">The value; null when <paramref name="Faults"/> is not empty.</param>
/// <param name="Faults">Wrong types and shapes, with field paths.</param>
/// <param name="Unknown">Paths of fields that the type does not know.</param>
public sealed record ReadOutcome<T>(T? Value, IReadOnlyList<Fault> Faults, IReadOnlyList<string> Unknown)
    where T : class;
