using System.Text.Json.Nodes;

namespace Stash.Webhook.Wire;

/// <summary>The parts of an AdmissionReview's request that anything here reads.</summary>
internal sealed record AdmissionRequest
{
    /// <summary>Echoed in the response.</summary>
    public required string Uid { get; init; }

    /// <summary>API group of the object.</summary>
    public string Group { get; init; } = "";

    /// <summary>Kind of the object.</summary>
    public string Kind { get; init; } = "";

    /// <summary><c>status</c> and the like; empty for the object itself.</summary>
    public string SubResource { get; init; } = "";

    /// <summary>Empty for cluster-scoped objects.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Empty at CREATE with generateName.</summary>
    public string Name { get; init; } = "";

    /// <summary>CREATE, UPDATE, DELETE or CONNECT.</summary>
    public string Operation { get; init; } = "";

    /// <summary>Nothing will be stored. Reviews have no side effects, so nothing depends on it but the log.</summary>
    public bool DryRun { get; init; }

    /// <summary>The object; null at DELETE. Readable until the review is disposed.</summary>
    public JsonObject? Object { get; init; }

    /// <summary>What it was; null at CREATE. Readable until the review is disposed.</summary>
    public JsonObject? OldObject { get; init; }

    /// <summary>For people: the name, else generateName with a star.</summary>
    public string DisplayName()
    {
        if (Name.Length > 0)
        {
            return Name;
        }

        var metadata = (Object ?? OldObject)?["metadata"] as JsonObject;
        return Text(metadata, "name") ?? (Text(metadata, "generateName") is { } prefix ? prefix + "*" : "");
    }

    private static string? Text(JsonObject? json, string name) =>
        json?[name] is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
