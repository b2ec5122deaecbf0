using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;
using Stash.LocalCluster.Tables;

namespace Stash.LocalCluster.Rest;

/// <summary>The form in which the client wants objects: whole, metadata only, or as a table.</summary>
internal sealed class Representation
{
    private readonly string _form;
    private readonly string _include;

    private Representation(string form, string include) => (_form, _include) = (form, include);

    /// <summary>What the Accept header asks for.</summary>
    public static Representation Of(HttpRequest request)
    {
        var first = request.Headers.Accept.ToString().Split(',')[0];
        var form = first.Split(';').Select(p => p.Trim()).FirstOrDefault(p => p.StartsWith("as=", StringComparison.Ordinal));
        return new Representation(form?[3..] ?? "", request.Query["includeObject"].ToString());
    }

    /// <summary>One object.</summary>
    public JsonObject Single(ResourceDefinition resource, JsonObject body, TimeProvider time) => _form switch
    {
        "Table" => TableWriter.Write(resource, [body], [], _include, time),
        "PartialObjectMetadata" => Partial(body),
        _ => body,
    };

    /// <summary>A list. Items of built-in kinds say neither apiVersion nor kind, as in Kubernetes.</summary>
    public JsonObject List(ResourceDefinition resource, IReadOnlyList<JsonObject> bodies, JsonObject metadata, TimeProvider time)
    {
        if (_form == "Table")
        {
            return TableWriter.Write(resource, bodies, metadata, _include, time);
        }

        var isPartial = _form == "PartialObjectMetadataList";
        foreach (var body in bodies.Where(_ => !resource.IsCustom && !isPartial))
        {
            body.Remove("apiVersion");
            body.Remove("kind");
        }

        return new JsonObject
        {
            ["kind"] = isPartial ? "PartialObjectMetadataList" : resource.ListKind,
            ["apiVersion"] = isPartial ? "meta.k8s.io/v1" : resource.Type.ApiVersion,
            ["metadata"] = metadata,
            ["items"] = new JsonArray([.. bodies.Select(b => isPartial ? Partial(b) : b)]),
        };
    }

    private static JsonObject Partial(JsonObject body) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = body.Object("metadata")?.DeepClone(),
    };
}
