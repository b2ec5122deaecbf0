using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Stash.Core.Kubernetes.Connection;

/// <summary>An object in a kubeconfig, with its file and path for messages and for files named relative to it.</summary>
/// <param name="File">The kubeconfig's full path.</param>
/// <param name="Field">Path of the object in it.</param>
/// <param name="Node">The object.</param>
internal sealed record KubeConfigSection(string File, string Field, YamlMappingNode Node)
{
    /// <summary>A field's place, as messages name it.</summary>
    public string At(string key) => $"{File}: {(Field.Length == 0 ? key : $"{Field}.{key}")}";

    /// <summary>Whether a field is there and not null.</summary>
    public bool Has(string key) => Find(key) is not null;

    /// <summary>A text; null where it is missing, null or empty.</summary>
    public string? Text(string key) => Find(key) switch
    {
        null => null,
        YamlScalarNode { Value: { Length: > 0 } value } => value,
        YamlScalarNode => null,
        _ => throw new KubernetesConfigurationException(At(key) + ": a text is expected"),
    };

    /// <summary>True or false; false where it is missing.</summary>
    public bool Flag(string key) => Text(key) switch
    {
        null or "false" or "False" or "FALSE" => false,
        "true" or "True" or "TRUE" => true,
        _ => throw new KubernetesConfigurationException(At(key) + ": true or false is expected"),
    };

    /// <summary>A list of texts.</summary>
    public IEnumerable<string> Texts(string key) => Find(key) switch
    {
        null => [],
        YamlSequenceNode list => list.Children.Select(child => child is YamlScalarNode { Value: { } value }
            ? value
            : throw new KubernetesConfigurationException(At(key) + ": a list of texts is expected")),
        _ => throw new KubernetesConfigurationException(At(key) + ": a list of texts is expected"),
    };

    /// <summary>A list of objects.</summary>
    public IEnumerable<KubeConfigSection> Items(string key)
    {
        switch (Find(key))
        {
            case null:
                return [];
            case YamlSequenceNode list:
                return list.Children.Select((child, index) => child is YamlMappingNode map
                    ? new KubeConfigSection(File, FormattableString.Invariant($"{key}[{index}]"), map)
                    : throw new KubernetesConfigurationException(FormattableString.Invariant($"{At(key)}[{index}]: an object is expected")));
            default:
                throw new KubernetesConfigurationException(At(key) + ": a list is expected");
        }
    }

    /// <summary>An object below this one; an empty one where it is missing.</summary>
    public KubeConfigSection Section(string key, string field) => Find(key) switch
    {
        null => new(File, field, new YamlMappingNode()),
        YamlMappingNode map => new(File, field, map),
        _ => throw new KubernetesConfigurationException($"{File}: {field}: an object is expected"),
    };

    /// <summary>A file that a field names; relative to the kubeconfig.</summary>
    public string? FilePath(string key) => Text(key) is { } path ? Path.GetFullPath(path, Path.GetDirectoryName(File)!) : null;

    /// <summary>PEM text and where it came from: <c>KEY-data</c> in base64, else the file that <c>KEY</c> names; null where neither is there.</summary>
    public (string Pem, string Origin)? Pem(string key)
    {
        if (Text(key + "-data") is { } data)
        {
            var bytes = new byte[data.Length];
            return Convert.TryFromBase64String(data, bytes, out var length)
                ? (Encoding.UTF8.GetString(bytes, 0, length), At(key + "-data"))
                : throw new KubernetesConfigurationException(At(key + "-data") + ": not base64");
        }

        return FilePath(key) is { } path ? (ConfigurationFile.Read(path), $"{At(key)}: {path}") : null;
    }

    private YamlNode? Find(string key) =>
        Node.Children.TryGetValue(new YamlScalarNode(key), out var value)
        && value is not YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "~" or "null" } ? value : null;
}
