using System.Text;
using System.Text.Json.Nodes;
using Stash.Core.Kubernetes;

namespace Stash.LocalCluster.Kubelet.Volumes;

/// <summary>The files of secret, configMap, downwardAPI and projected volumes.</summary>
internal sealed class VolumeContent(IObjectStore objects, ServiceAccountTokens tokens)
{
    private const int DefaultMode = 0b110_100_100;

    /// <summary>True for volumes whose files the kubelet writes.</summary>
    public static bool Is(JsonObject volume) =>
        volume.ContainsKey("secret") || volume.ContainsKey("configMap") || volume.ContainsKey("downwardAPI") || volume.ContainsKey("projected");

    /// <summary>The files as they ought to be now.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="volume">The volume.</param>
    /// <param name="issued">Tokens that were issued for this pod, so that a refresh keeps them.</param>
    /// <exception cref="VolumeFault">What it takes is missing.</exception>
    public IReadOnlyList<VolumeFile> Of(JsonObject pod, JsonObject volume, Dictionary<string, string> issued)
    {
        var name = volume.Text("name");
        try
        {
            if (volume.At("projected") is JsonObject projected)
            {
                var mode = Mode(projected) ?? DefaultMode;
                return [.. projected.Objects("sources").SelectMany(source => Source(pod, source, mode, issued))];
            }

            return [.. Source(pod, volume, Mode(volume.At("secret") ?? volume.At("configMap") ?? volume.At("downwardAPI")) ?? DefaultMode, issued)];
        }
        catch (VolumeFault fault)
        {
            throw new VolumeFault($"MountVolume.SetUp failed for volume \"{name}\" : {fault.Message}");
        }
    }

    private IEnumerable<VolumeFile> Source(JsonObject pod, JsonObject source, int mode, Dictionary<string, string> issued)
    {
        if (source.At("secret") is { } secret)
        {
            return Keys(pod, secret, secret.Text("secretName") ?? secret.Text("name") ?? "", secret: true, mode);
        }

        if (source.At("configMap") is { } map)
        {
            return Keys(pod, map, map.Text("name") ?? "", secret: false, mode);
        }

        if (source.At("downwardAPI") is { } downward)
        {
            return downward.Objects("items").Select(
                item => new VolumeFile(item.Text("path")!, Encoding.UTF8.GetBytes(Downward(pod, item)), Mode(item, "mode") ?? mode));
        }

        if (source.At("serviceAccountToken") is { } token)
        {
            var account = pod.Text("spec", "serviceAccountName") ?? "default";
            var path = token.Text("path") ?? "token";
            if (!issued.TryGetValue(path, out var value))
            {
                value = tokens.Issue(pod.Namespace(), account);
                issued[path] = value;
            }

            // Readable by everybody in the pod: the kubelet sets 0600 with the container's user, or 0640 with the fsGroup.
            return [new VolumeFile(path, Encoding.UTF8.GetBytes(value), mode)];
        }

        throw new VolumeFault("a projected source must be secret, configMap, downwardAPI or serviceAccountToken in the local cluster");
    }

    private IEnumerable<VolumeFile> Keys(JsonObject pod, JsonNode reference, string name, bool secret, int mode)
    {
        var kind = secret ? "secret" : "configmap";
        var body = objects.Get(secret ? ResourceTypes.Secrets : ResourceTypes.ConfigMaps, pod.Namespace(), name);
        if (body is null)
        {
            return reference.Flag("optional") ? [] : throw new VolumeFault($"{kind} \"{name}\" not found");
        }

        var data = body.Entries("data")
            .Select(pair => KeyValuePair.Create(pair.Key, secret ? Convert.FromBase64String(pair.Value) : Encoding.UTF8.GetBytes(pair.Value)))
            .Concat(body.Entries("binaryData").Select(static pair => KeyValuePair.Create(pair.Key, Convert.FromBase64String(pair.Value))))
            .ToDictionary(StringComparer.Ordinal);
        if (reference.At("items") is not JsonArray { Count: > 0 })
        {
            return data.Select(pair => new VolumeFile(pair.Key, pair.Value, mode));
        }

        var files = new List<VolumeFile>();
        foreach (var item in reference.Objects("items"))
        {
            if (data.TryGetValue(item.Text("key")!, out var content))
            {
                files.Add(new VolumeFile(item.Text("path")!, content, Mode(item, "mode") ?? mode));
            }
            else if (!reference.Flag("optional"))
            {
                throw new VolumeFault($"references non-existent {(secret ? "secret" : "config")} key: {item.Text("key")}");
            }
        }

        return files;
    }

    private static string Downward(JsonObject pod, JsonObject item)
    {
        if (item.Text("fieldRef", "fieldPath") is { } path)
        {
            return PodField.Read(pod, path) ?? throw new VolumeFault($"fieldRef {path} is not supported by the local cluster");
        }

        var container = pod.Objects("spec", "containers").Concat(pod.Objects("spec", "initContainers"))
            .FirstOrDefault(container => container.Text("name") == item.Text("resourceFieldRef", "containerName"))
            ?? throw new VolumeFault("resourceFieldRef.containerName names no container");
        return PodField.ReadResource(container, item.Text("resourceFieldRef", "resource") ?? "", item.Text("resourceFieldRef", "divisor"));
    }

    private static int? Mode(JsonNode? node, string name = "defaultMode") => (int?)node.Number(name);
}
