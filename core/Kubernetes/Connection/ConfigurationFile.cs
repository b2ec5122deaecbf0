namespace Stash.Core.Kubernetes.Connection;

/// <summary>Reads a small text file of the configuration.</summary>
internal static class ConfigurationFile
{
    /// <exception cref="KubernetesConfigurationException">It cannot be read; says which.</exception>
    public static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new KubernetesConfigurationException($"{path}: cannot be read: {exception.Message}", exception);
        }
    }
}
