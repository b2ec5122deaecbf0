namespace Stash.Core.Restic;

/// <summary>
/// The repository's Secret as Kubernetes mounts it: a folder with one file for each key. Read anew at every operation, so that a
/// rotated Secret counts at once.
/// </summary>
public sealed class RepositorySecret
{
    /// <summary>Key of the repository's password.</summary>
    public const string Password = "RESTIC_PASSWORD";

    /// <summary>Key of the password in Secrets made for kind Restic (v1alpha1).</summary>
    public const string OldPassword = "password";

    private const long LongestValue = 1 << 20;

    private readonly Dictionary<string, string> _values;

    private RepositorySecret(string path, Dictionary<string, string> values)
    {
        Path = path;
        _values = values;
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Every value of it, for the scrubber.</summary>
    public IEnumerable<string> Values => _values.Values;

    /// <summary>Names of the keys.</summary>
    public IEnumerable<string> Keys => _values.Keys;

    /// <summary>The file that holds the password; null when there is none.</summary>
    public string? PasswordFile => Find(Password) is not null ? FileOf(Password) : Find(OldPassword) is not null ? FileOf(OldPassword) : null;

    /// <summary>The value of a key without trailing line ends, which people add by accident; null when the key is absent or empty.</summary>
    public string? Find(string key) => _values.TryGetValue(key, out var value) && value.Length > 0 ? value : null;

    /// <summary>Where the value of a key is.</summary>
    public string FileOf(string key) => System.IO.Path.Combine(Path, key);

    /// <summary>Reads the folder; a missing folder is an empty Secret.</summary>
    /// <exception cref="IOException">The folder or a file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or a file may not be read.</exception>
    public static RepositorySecret Read(string path)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!Directory.Exists(path))
        {
            return new(path, values);
        }

        foreach (var file in Directory.EnumerateFiles(path))
        {
            var key = System.IO.Path.GetFileName(file);
            if (key.StartsWith("..", StringComparison.Ordinal) || new FileInfo(file).Length > LongestValue)
            {
                continue;
            }

            values[key] = File.ReadAllText(file).TrimEnd('\r', '\n');
        }

        return new(path, values);
    }
}
