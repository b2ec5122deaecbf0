using System.Text.Json.Nodes;

namespace Stash.Core.Validation;

/// <summary>The meta/v1 Status with which the API server refuses an invalid object (apimachinery errors.NewInvalid).</summary>
public static class InvalidStatus
{
    /// <summary>Code 422, reason <c>Invalid</c>, every fault in the message and as a cause.</summary>
    /// <param name="group">API group of the object; empty for core.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="name">Its name, or generateName where it has none yet.</param>
    /// <param name="faults">What is wrong.</param>
    public static JsonObject Create(string group, string kind, string name, IReadOnlyList<Fault> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        var causes = new JsonArray();
        foreach (var fault in faults)
        {
            causes.Add((JsonNode)new JsonObject { ["reason"] = fault.Reason, ["message"] = fault.Message, ["field"] = fault.Field });
        }

        return new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message(group, kind, name, faults),
            ["reason"] = "Invalid",
            ["details"] = new JsonObject { ["name"] = name, ["group"] = group, ["kind"] = kind, ["causes"] = causes },
            ["code"] = 422,
        };
    }

    /// <summary>One line: <c>BackupConfiguration.stash.appscode.com "db" is invalid: [first, second]</c>.</summary>
    public static string Message(string group, string kind, string name, IReadOnlyList<Fault> faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        var qualified = string.IsNullOrEmpty(group) ? kind : $"{kind}.{group}";
        var sentences = faults.Select(fault => fault.ToString()).Distinct(StringComparer.Ordinal).ToArray();
        var all = sentences.Length == 1 ? sentences[0] : $"[{string.Join(", ", sentences)}]";
        return sentences.Length == 0 ? $"{qualified} {Quotation.Of(name)} is invalid" : $"{qualified} {Quotation.Of(name)} is invalid: {all}";
    }
}
