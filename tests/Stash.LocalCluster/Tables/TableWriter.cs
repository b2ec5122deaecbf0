using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Tables;

/// <summary>Objects as a meta.k8s.io/v1 Table, for <c>kubectl get</c>.</summary>
internal static class TableWriter
{
    /// <summary>Writes a table.</summary>
    /// <param name="resource">Kind of the rows.</param>
    /// <param name="bodies">Rows.</param>
    /// <param name="metadata">The list's metadata.</param>
    /// <param name="include">None, Metadata (default) or Object.</param>
    /// <param name="time">What ages count from.</param>
    public static JsonObject Write(ResourceDefinition resource, IReadOnlyList<JsonObject> bodies, JsonObject metadata, string include, TimeProvider time)
    {
        var custom = resource.PrinterColumns.Objects().ToArray();
        var builtIn = resource.IsCustom ? [] : BuiltInColumns.Of(resource);
        var hasOwnAge = custom.Length > 0;
        var definitions = new JsonArray(Column("Name", "string", "name", 0));
        foreach (var column in builtIn)
        {
            definitions.Add(Column(column.Name, "string", "", 0));
        }

        foreach (var column in custom)
        {
            definitions.Add(Column(column.Text("name"), column.Text("type"), column.Text("format"), (int)(column.Number("priority") ?? 0)));
        }

        if (!hasOwnAge && resource.Type.Kind != "Event")
        {
            definitions.Add(Column("Age", "string", "", 0));
        }

        var rows = bodies.Select(body =>
        {
            var cells = new JsonArray(body.Name());
            foreach (var column in builtIn)
            {
                cells.Add(column.Cell(body, time));
            }

            foreach (var column in custom)
            {
                cells.Add(Cell(body, column, time));
            }

            if (!hasOwnAge && resource.Type.Kind != "Event")
            {
                cells.Add(Ages.Since(body.Find("metadata", "creationTimestamp"), time));
            }

            return (JsonNode?)new JsonObject { ["cells"] = cells, ["object"] = Object(body, include) };
        });
        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = metadata,
            ["columnDefinitions"] = definitions,
            ["rows"] = new JsonArray([.. rows]),
        };
    }

    private static JsonNode? Cell(JsonObject body, JsonObject column, TimeProvider time)
    {
        var found = JsonPath.Find(body, column.Text("jsonPath"));
        if (found.Count == 0)
        {
            return null;
        }

        return column.Text("type") switch
        {
            "date" => Ages.Since(found[0], time),
            "integer" or "number" or "boolean" => found[0].DeepClone(),
            _ => string.Join(',', found.Select(JsonPath.Shown)),
        };
    }

    private static JsonObject? Object(JsonObject body, string include) => include switch
    {
        "None" => null,
        "Object" => body.Copy(),
        _ => new JsonObject { ["kind"] = "PartialObjectMetadata", ["apiVersion"] = "meta.k8s.io/v1", ["metadata"] = body.Object("metadata")?.DeepClone() },
    };

    private static JsonObject Column(string name, string type, string format, int priority) => new()
    {
        ["name"] = name, ["type"] = type, ["format"] = format, ["description"] = "", ["priority"] = priority,
    };
}
