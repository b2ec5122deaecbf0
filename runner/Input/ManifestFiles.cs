using System.Text.Json.Nodes;
using Stash.Core.Yaml;
using Stash.Runner.Run;

namespace Stash.Runner.Input;

/// <summary>Reads what <c>-f</c> names: files, folders with all their folders (*.yaml, *.yml, *.json), <c>-</c> for standard input.</summary>
internal static class ManifestFiles
{
    private static readonly HashSet<string> Endings = new([".yaml", ".yml", ".json"], StringComparer.OrdinalIgnoreCase);

    private static readonly string[] Identity = ["apiVersion", "kind"];

    /// <summary>Kustomize's own files are no objects.</summary>
    private static readonly HashSet<string> NotManifests = new(["kustomization.yaml", "kustomization.yml"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads everything; what cannot be read is told and the rest is read.</summary>
    /// <param name="paths">Values of <c>-f</c>.</param>
    /// <param name="defaultNamespace">For objects that name none.</param>
    /// <param name="standardInput">What <c>-</c> reads.</param>
    public static Manifests Read(IReadOnlyList<string> paths, string defaultNamespace, TextReader standardInput)
    {
        var objects = new List<ManifestObject>();
        var faults = new List<string>();
        foreach (var (source, text) in paths.Distinct(StringComparer.Ordinal).SelectMany(path => Open(path, standardInput, faults)))
        {
            try
            {
                objects.AddRange(YamlJson.Read(text).Select(json => Checked(source, json, defaultNamespace, faults)).OfType<ManifestObject>());
            }
            catch (FormatException wrong)
            {
                faults.Add($"{source}: {wrong.Message}");
            }
        }

        if (objects.Count == 0 && faults.Count == 0)
        {
            faults.Add($"{string.Join(", ", paths)}: no objects; give files or folders with *.yaml, *.yml or *.json");
        }

        return new Manifests(objects, faults);
    }

    private static ManifestObject? Checked(string source, JsonObject json, string defaultNamespace, List<string> faults)
    {
        var missing = Identity.Where(field => json.Text(field) is not { Length: > 0 }).ToArray();
        if (missing.Length == 0 && json["metadata"] is JsonObject)
        {
            return ManifestObject.From(source, json, defaultNamespace);
        }

        faults.Add(missing.Length > 0
            ? $"{source}: an object has no {string.Join(" and no ", missing)}"
            : $"{source}: {json.Text("kind")}: metadata: Required value");
        return null;
    }

    private static List<(string Source, string Text)> Open(string path, TextReader standardInput, List<string> faults)
    {
        if (path == "-")
        {
            return [("-", standardInput.ReadToEnd())];
        }

        try
        {
            return [.. Files(path).Select(file => (file, File.ReadAllText(file)))];
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            faults.Add($"{path}: {(File.Exists(path) || Directory.Exists(path) ? unreadable.Message : "no such file or folder")}");
            return [];
        }
    }

    private static IEnumerable<string> Files(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(file => Endings.Contains(Path.GetExtension(file)) && !NotManifests.Contains(Path.GetFileName(file)))
            .Order(StringComparer.Ordinal)
        : [path];
}
