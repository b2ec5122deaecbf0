using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Patching;

/// <summary>One entry of metadata.managedFields.</summary>
internal sealed class ManagedFields(string manager, bool isApply, string subresource, string apiVersion, string time, FieldSet fields)
{
    /// <summary>Who.</summary>
    public string Manager => manager;

    /// <summary>By apply, else by update.</summary>
    public bool IsApply => isApply;

    /// <summary><c>status</c> or empty.</summary>
    public string Subresource => subresource;

    /// <summary>When.</summary>
    public string Time { get; set; } = time;

    /// <summary>What.</summary>
    public FieldSet Fields { get; set; } = fields;

    /// <summary>Whether this entry is the one of a writer.</summary>
    public bool Is(string name, bool apply, string? sub) => manager == name && isApply == apply && subresource == (sub ?? "");

    /// <summary>The entries of an object.</summary>
    public static List<ManagedFields> Read(JsonObject body) => [.. body.Array("metadata", "managedFields").Objects().Where(e => e.Count > 0).Select(e =>
        new ManagedFields(
            e.Text("manager"), e.Text("operation") == "Apply", e.Text("subresource"), e.Text("apiVersion"), e.Text("time"), FieldSet.Read(e.Object("fieldsV1"))))];

    /// <summary>Replaces the entries of an object; those that own nothing are left out.</summary>
    public static void Write(JsonObject body, IEnumerable<ManagedFields> entries) =>
        body.Ensure("metadata")["managedFields"] = new JsonArray([.. entries.Where(e => e.Fields.Paths.Count > 0).Select(e => (JsonNode?)e.Write())]);

    private JsonObject Write()
    {
        var entry = new JsonObject
        {
            ["manager"] = manager,
            ["operation"] = isApply ? "Apply" : "Update",
            ["apiVersion"] = apiVersion,
            ["time"] = Time,
            ["fieldsType"] = "FieldsV1",
            ["fieldsV1"] = Fields.Write(),
        };
        if (subresource.Length > 0)
        {
            entry["subresource"] = subresource;
        }

        return entry;
    }
}
