using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Stash.Core.CronJobs;

/// <summary>One form for objects that mean the same: a config gives the same bytes from a file and from the API.</summary>
public static class CanonicalJson
{
    /// <summary>A copy whose objects' fields are in ordinal order, at every depth. Lists keep theirs.</summary>
    public static JsonNode? Sorted(JsonNode? node) => node switch
    {
        JsonObject o => new JsonObject(o.OrderBy(field => field.Key, StringComparer.Ordinal)
            .Select(field => KeyValuePair.Create(field.Key, Sorted(field.Value)))),
        JsonArray a => new JsonArray([.. a.Select(Sorted)]),
        _ => node?.DeepClone(),
    };

    /// <summary>SHA-256 of the canonical form, the first 16 hexadecimal digits.</summary>
    public static string Hash(JsonNode node) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sorted(node)!.ToJsonString())))[..16];
}
