using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;

namespace Stash.Contract.Tests;

/// <summary>A small kind of the tests' own, with a schema, a default and a status.</summary>
internal static class Widgets
{
    public static readonly ResourceType Type = new("contract.stash.test", "v1", "widgets", "Widget");

    private const string Crd = """
        {
          "metadata": {"name": "widgets.contract.stash.test"},
          "spec": {
            "group": "contract.stash.test",
            "scope": "Namespaced",
            "names": {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"},
            "versions": [{
              "name": "v1", "served": true, "storage": true,
              "subresources": {"status": {}},
              "schema": {"openAPIV3Schema": {
                "type": "object",
                "properties": {
                  "spec": {"type": "object", "required": ["size"], "properties": {
                    "size": {"type": "integer", "minimum": 1, "maximum": 100},
                    "colour": {"type": "string", "default": "green", "enum": ["green", "red"]},
                    "tags": {"type": "array", "items": {"type": "string"}}
                  }},
                  "status": {"type": "object", "properties": {"phase": {"type": "string"}, "count": {"type": "integer"}}}
                }
              }}
            }]
          }
        }
        """;

    public static JsonObject Widget(string name, int size) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = new JsonObject { ["size"] = size },
    };

    public static async Task InstallAsync(IKubernetesClient client)
    {
        var body = JsonNode.Parse(Crd)!.AsObject();
        var name = body["metadata"]!["name"]!.GetValue<string>();
        await client.ApplyAsync(
            ResourceTypes.CustomResourceDefinitions, null, name, body, new() { FieldManager = "contract", Force = true }, CancellationToken.None);
        await Eventually.TrueAsync("the CRD is established", async () =>
        {
            var crd = await client.GetAsync(ResourceTypes.CustomResourceDefinitions, null, name, CancellationToken.None);
            return crd["status"]?["conditions"] is JsonArray conditions
                && conditions.Any(condition => condition!["type"]!.ToString() == "Established" && condition["status"]!.ToString() == "True");
        });
        await Eventually.TrueAsync("widgets are served", async () =>
        {
            try
            {
                await foreach (var _ in client.ListAsync(Type, "default", null, CancellationToken.None))
                {
                    break;
                }

                return true;
            }
            catch (KubernetesException exception) when (exception.StatusCode == System.Net.HttpStatusCode.NotFound)
            {
                return false;
            }
        });
    }

    public static Task RemoveAsync(IKubernetesClient client) =>
        client.DeleteAsync(ResourceTypes.CustomResourceDefinitions, null, "widgets.contract.stash.test", null, CancellationToken.None);
}
