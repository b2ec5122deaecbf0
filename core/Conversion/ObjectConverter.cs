using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Api;

namespace Stash.Core.Conversion;

/// <summary>
/// Objects of this project's API in another version (apiextensions.k8s.io/v1 ConversionReview asks for them). Pure. Nothing is lost: an
/// object that goes to the other version and comes back is what it was.
/// </summary>
public static class ObjectConverter
{
    /// <summary>An object in another version.</summary>
    /// <param name="source">The object, which stays as it is.</param>
    /// <param name="apiVersion">The wanted version, for example <c>stash.appscode.com/v1beta1</c>.</param>
    /// <returns>A new object; <paramref name="source"/> itself when it is in that version already.</returns>
    /// <exception cref="ConversionException">The kind is not known in that version, or the object is malformed; names the object.</exception>
    public static JsonObject Convert(JsonObject source, string apiVersion)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(apiVersion);
        var (from, kind) = (Text(source["apiVersion"]), Text(source["kind"]));
        if (from.Length == 0 || kind.Length == 0)
        {
            throw new ConversionException($"{Name(source)}: apiVersion and kind must be strings");
        }

        if (from == apiVersion)
        {
            return source;
        }

        if (kind != BackupConfiguration.KindName || !IsVersionOfConfig(from) || !IsVersionOfConfig(apiVersion))
        {
            throw new ConversionException(
                $"{Name(source)}: there is no conversion from {from} to {apiVersion}; {BackupConfiguration.KindName} has {StashApi.V1Beta1} and {StashApi.V1Beta2}");
        }

        return ConvertConfig(source, apiVersion);
    }

    private static JsonObject ConvertConfig(JsonObject source, string apiVersion)
    {
        var config = source.DeepClone().AsObject();
        config["apiVersion"] = apiVersion;
        try
        {
            if (apiVersion == StashApi.V1Beta1)
            {
                ConfigVersions.ToV1Beta1(config);
            }
            else
            {
                ConfigVersions.ToV1Beta2(config);
            }
        }
        catch (ConversionException fault)
        {
            throw new ConversionException($"{Name(source)}: {fault.Message}", fault);
        }

        return config;
    }

    private static bool IsVersionOfConfig(string apiVersion) => apiVersion is StashApi.V1Beta1 or StashApi.V1Beta2;

    private static string Name(JsonObject source)
    {
        var metadata = source["metadata"] as JsonObject;
        var place = Text(metadata?["namespace"]) is { Length: > 0 } ns ? ns + "/" : "";
        var kind = Text(source["kind"]) is { Length: > 0 } given ? given : "object";
        return $"{kind} {place}{(Text(metadata?["name"]) is { Length: > 0 } name ? name : "without a name")}";
    }

    private static string Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : "";
}

/// <summary>An object that cannot be had in the wanted version.</summary>
public sealed class ConversionException : Exception
{
    /// <summary>Without a reason.</summary>
    public ConversionException()
    {
    }

    /// <summary>With a sentence for people.</summary>
    public ConversionException(string message)
        : base(message)
    {
    }

    /// <summary>With a sentence for people and its cause.</summary>
    public ConversionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
