namespace Stash.Core.Kubernetes.Connection;

/// <summary>
/// A bearer token, fixed or in a file. A file is read for every request: bound service account tokens rotate under a symlink whose
/// own time stamp never changes, and reading 1 KB costs nothing beside a TLS request.
/// </summary>
internal sealed class BearerToken
{
    private readonly string? path;
    private volatile string? last;

    private BearerToken(string? value, string? path)
    {
        last = value;
        this.path = path;
    }

    /// <summary>A token that stays.</summary>
    public static BearerToken Fixed(string value) => new(value.Trim(), path: null);

    /// <summary>A token in a file.</summary>
    public static BearerToken File(string path) => new(value: null, path);

    /// <summary>The token now; the last good one while the file cannot be read or is empty.</summary>
    /// <exception cref="KubernetesConfigurationException">There never was a good one.</exception>
    public string Current()
    {
        if (path is null)
        {
            return last!;
        }

        Exception? fault = null;
        try
        {
            var text = System.IO.File.ReadAllText(path).Trim();
            if (text.Length > 0)
            {
                return last = text;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            fault = exception;
        }

        return last ?? throw new KubernetesConfigurationException(
            $"{path}: {(fault is null ? "the token file is empty" : $"cannot read the token: {fault.Message}")}", fault);
    }
}
