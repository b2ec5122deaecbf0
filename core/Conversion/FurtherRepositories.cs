using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.Conversion;

/// <summary>What annotation <see cref="Annotations.FurtherRepositories"/> says.</summary>
internal abstract record Carried;

/// <summary>The entries after the one in the field.</summary>
internal sealed record Further(JsonArray Entries) : Carried;

/// <summary>The field holds what neither version's schema takes, and holds it in both.</summary>
internal sealed record AsIs : Carried;

/// <summary>Reads and writes what the other version cannot say; all that a conversion ever changes in the metadata.</summary>
internal static class FurtherRepositories
{
    private const string AsIsText = "as-is";

    /// <summary>Takes the annotation out. One that no conversion wrote counts as none, and stays.</summary>
    public static Carried? Take(JsonObject config)
    {
        if (config["metadata"] is not JsonObject metadata
            || metadata["annotations"] is not JsonObject annotations
            || Read(annotations[Annotations.FurtherRepositories]) is not { } carried)
        {
            return null;
        }

        annotations.Remove(Annotations.FurtherRepositories);
        if (annotations.Count == 0)
        {
            metadata.Remove("annotations");
        }

        return carried;
    }

    /// <summary>Carries entries.</summary>
    /// <exception cref="ConversionException">The object has no place for annotations.</exception>
    public static void Carry(JsonObject config, JsonArray entries) => Write(config, entries.ToJsonString());

    /// <summary>Says that the field was left as it stands.</summary>
    /// <exception cref="ConversionException">The object has no place for annotations.</exception>
    public static void MarkAsIs(JsonObject config) => Write(config, AsIsText);

    private static void Write(JsonObject config, string value)
    {
        if (config["metadata"] is not JsonObject metadata)
        {
            throw new ConversionException("metadata is not an object");
        }

        if (metadata["annotations"] is not JsonObject annotations)
        {
            if (metadata["annotations"] is not null)
            {
                throw new ConversionException("metadata.annotations is not a map");
            }

            metadata["annotations"] = annotations = [];
        }

        annotations[Annotations.FurtherRepositories] = value;
    }

    private static Carried? Read(JsonNode? annotation)
    {
        if (annotation?.GetValueKind() != JsonValueKind.String)
        {
            return null;
        }

        var text = annotation.GetValue<string>();
        if (text == AsIsText)
        {
            return new AsIs();
        }

        try
        {
            return JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false }) is JsonArray entries ? new Further(entries) : null;
        }
        catch (JsonException)
        {
            // Somebody else's words: the caller treats the annotation as any other.
            return null;
        }
    }
}
