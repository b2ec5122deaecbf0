using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;

namespace Stash.Core.Validation;

/// <summary>Reads JSON as one of the API's records, so that a wrong type is a fault with a field path and not an exception.</summary>
public static class ObjectReader
{
    /// <summary>Reads <paramref name="json"/>.</summary>
    /// <returns>The value, or null with the faults; and a fault-less list of unknown fields, by path, in <c>Unknown</c>.</returns>
    public static ReadOutcome<T> Read<T>(JsonObject json, JsonTypeInfo<T> type)
        where T : class => throw new NotImplementedException();
}

/// <summary>What reading gave.</summary>
/// <param name="Value">The value; null when <paramref name="Faults"/> is not empty.</param>
/// <param name="Faults">Wrong types and shapes, with field paths.</param>
/// <param name="Unknown">Paths of fields that the type does not know.</param>
public sealed record ReadOutcome<T>(T? Value, IReadOnlyList<Fault> Faults, IReadOnlyList<string> Unknown)
    where T : class;
