using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Stash.LocalCluster.Kubelet;

namespace Stash.LocalCluster.Controllers;

/// <summary>Pods from templates, and a template's fingerprint. Pure.</summary>
internal static class PodTemplate
{
    /// <summary>A pod as the owner's template says, owned by it.</summary>
    public static JsonObject Pod(JsonObject owner)
    {
        var template = owner.At("spec", "template");
        var metadata = new JsonObject
        {
            ["generateName"] = owner.Name() + "-",
            ["namespace"] = owner.Namespace(),
            ["labels"] = template.At("metadata", "labels")?.DeepClone() ?? new JsonObject(),
            ["annotations"] = template.At("metadata", "annotations")?.DeepClone() ?? new JsonObject(),
            ["ownerReferences"] = new JsonArray(Ownership.Reference(owner)),
        };
        if (template.At("metadata", "finalizers") is { } finalizers)
        {
            metadata["finalizers"] = finalizers.DeepClone();
        }

        return new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = metadata, ["spec"] = template.At("spec")?.DeepClone() };
    }

    /// <summary>Ten hexadecimal digits that are the same for the same template, in whatever order its fields came.</summary>
    public static string Hash(JsonObject owner)
    {
        var text = new StringBuilder();
        Write(owner.At("spec", "template"), text);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())))[..10];
    }

    private static void Write(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case JsonObject map:
                foreach (var (name, value) in map.Where(static pair => pair.Value is not null).OrderBy(static pair => pair.Key, StringComparer.Ordinal))
                {
                    text.Append('{').Append(name).Append(':');
                    Write(value, text);
                    text.Append('}');
                }

                break;
            case JsonArray list:
                foreach (var item in list)
                {
                    text.Append('[');
                    Write(item, text);
                    text.Append(']');
                }

                break;
            default:
                text.Append(node?.ToJsonString());
                break;
        }
    }
}
