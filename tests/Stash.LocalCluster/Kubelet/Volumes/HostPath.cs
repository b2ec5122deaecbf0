namespace Stash.LocalCluster.Kubelet.Volumes;

/// <summary>hostPath volumes and their types.</summary>
internal static class HostPath
{
    /// <summary>The path, made where its type says so.</summary>
    /// <exception cref="VolumeFault">It is not what its type says.</exception>
    public static string Check(string volume, string path, string type)
    {
        switch (type)
        {
            case "DirectoryOrCreate" when !Path.Exists(path):
                Directory.CreateDirectory(path);
                break;
            case "FileOrCreate" when !Path.Exists(path):
                File.WriteAllBytes(path, []);
                break;
            case "" when !Path.Exists(path):
                Directory.CreateDirectory(path);
                break;
        }

        var fits = type switch
        {
            "" => true,
            "Directory" or "DirectoryOrCreate" => Directory.Exists(path),
            _ => Path.Exists(path) && !Directory.Exists(path),
        };
        var expected = type.StartsWith('D') ? "directory" : type.Replace("OrCreate", "", StringComparison.Ordinal).ToLowerInvariant();
        return fits
            ? path
            : throw new VolumeFault($"MountVolume.SetUp failed for volume \"{volume}\" : hostPath type check failed: {path} is not a {expected}");
    }
}
