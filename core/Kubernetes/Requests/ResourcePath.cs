using System.Text;

namespace Stash.Core.Kubernetes.Requests;

/// <summary>Paths and queries of the API.</summary>
internal static class ResourcePath
{
    /// <summary>The path of a collection.</summary>
    public static string Collection(ResourceType type, string? ns)
    {
        var root = type.Group.Length == 0 ? $"/api/{type.Version}" : $"/apis/{type.Group}/{type.Version}";
        return type.Namespaced && ns is not null
            ? $"{root}/namespaces/{Segment(ns, nameof(ns))}/{type.Plural}"
            : $"{root}/{type.Plural}";
    }

    /// <summary>The path of an object.</summary>
    /// <exception cref="ArgumentException">A name that would lead elsewhere: an empty one would be the whole collection.</exception>
    public static string Object(ResourceType type, string ns, string name, string? subresource = null)
    {
        var path = $"{Collection(type, ns)}/{Segment(name, nameof(name))}";
        return subresource is null ? path : $"{path}/{Segment(subresource, nameof(subresource))}";
    }

    /// <summary>A query out of what is not null; keys may come more than once.</summary>
    public static string Query(params ReadOnlySpan<(string Key, string? Value)> parameters)
    {
        var query = new StringBuilder();
        foreach (var (key, value) in parameters)
        {
            if (value is not null)
            {
                query.Append(query.Length == 0 ? '?' : '&').Append(key).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        return query.ToString();
    }

    private static string Segment(string text, string parameter) =>
        text is "" or "." or ".." || text.Contains('/', StringComparison.Ordinal) || text.Contains('%', StringComparison.Ordinal)
            ? throw new ArgumentException($"\"{text}\" is no name of an object", parameter)
            : Uri.EscapeDataString(text);
}
