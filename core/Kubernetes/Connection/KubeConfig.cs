using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Stash.Core.Kubernetes.Connection;

/// <summary>One or more kubeconfig files as one: of what several files name, the first one's counts.</summary>
internal sealed class KubeConfig
{
    private readonly Dictionary<string, KubeConfigSection> clusters = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubeConfigSection> users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubeConfigSection> contexts = new(StringComparer.Ordinal);

    private KubeConfig(IReadOnlyList<string> paths) => Paths = string.Join(Path.PathSeparator, paths);

    /// <summary>The files, for messages.</summary>
    public string Paths { get; }

    /// <summary><c>current-context</c>; null where no file has one.</summary>
    public string? CurrentContext { get; private set; }

    /// <summary>Names of the contexts.</summary>
    public IReadOnlyCollection<string> ContextNames => contexts.Keys;

    /// <summary>Reads files and joins them.</summary>
    /// <exception cref="KubernetesConfigurationException">One cannot be read or is no kubeconfig.</exception>
    public static KubeConfig Load(IReadOnlyList<string> paths)
    {
        var config = new KubeConfig(paths);
        foreach (var path in paths)
        {
            config.Add(Path.GetFullPath(path), ConfigurationFile.Read(path));
        }

        return config;
    }

    /// <summary>A context by its name; null where there is none.</summary>
    public KubeConfigSection? Context(string name) => contexts.GetValueOrDefault(name);

    /// <summary>A cluster by its name; null where there is none.</summary>
    public KubeConfigSection? Cluster(string name) => clusters.GetValueOrDefault(name);

    /// <summary>A user by its name; null where there is none.</summary>
    public KubeConfigSection? User(string name) => users.GetValueOrDefault(name);

    private void Add(string path, string text)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(new StringReader(text));
        }
        catch (YamlException exception)
        {
            throw new KubernetesConfigurationException(
                FormattableString.Invariant($"{path}: line {exception.Start.Line}, column {exception.Start.Column}: not YAML"));
        }

        if (yaml.Documents.Count == 0)
        {
            return;
        }

        if (yaml.Documents[0].RootNode is not YamlMappingNode root)
        {
            throw new KubernetesConfigurationException($"{path}: not a kubeconfig: an object with clusters, users and contexts is expected");
        }

        var file = new KubeConfigSection(path, "", root);
        CurrentContext ??= file.Text("current-context");
        Collect(file, "clusters", "cluster", clusters);
        Collect(file, "users", "user", users);
        Collect(file, "contexts", "context", contexts);
    }

    private static void Collect(KubeConfigSection file, string list, string item, Dictionary<string, KubeConfigSection> into)
    {
        foreach (var entry in file.Items(list))
        {
            if (entry.Text("name") is not { } name)
            {
                throw new KubernetesConfigurationException(entry.At("name") + ": is required");
            }

            into.TryAdd(name, entry.Section(item, $"{list}[name={name}].{item}"));
        }
    }
}
