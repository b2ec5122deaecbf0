using System.Globalization;
using System.Text.Json.Nodes;

namespace Stash.LocalCluster.Kubelet;

/// <summary>The downward API: fields of the pod and of its containers' resources as text.</summary>
internal static class PodField
{
    /// <summary>The only node's address; every pod shares it, because every pod shares the machine's network.</summary>
    public const string Address = "127.0.0.1";

    private static readonly (string Suffix, decimal Factor)[] Suffixes =
    [
        ("Ki", 1024m), ("Mi", 1024m * 1024), ("Gi", 1024m * 1024 * 1024), ("Ti", 1024m * 1024 * 1024 * 1024),
        ("m", 0.001m), ("k", 1e3m), ("M", 1e6m), ("G", 1e9m), ("T", 1e12m),
    ];

    /// <summary>A fieldPath's value; null when it is none of the downward API's.</summary>
    public static string? Read(JsonObject pod, string path)
    {
        if (path.EndsWith("']", StringComparison.Ordinal) && path.IndexOf("['", StringComparison.Ordinal) is > 0 and var open)
        {
            return pod.Text("metadata", path[..open].Split('.')[^1], path[(open + 2)..^2]) ?? "";
        }

        return path switch
        {
            "metadata.name" => pod.Name(),
            "metadata.namespace" => pod.Namespace(),
            "metadata.uid" => pod.Uid(),
            "metadata.labels" => Lines(pod, "labels"),
            "metadata.annotations" => Lines(pod, "annotations"),
            "spec.nodeName" => NodeObjects.NodeName,
            "spec.serviceAccountName" => pod.Text("spec", "serviceAccountName") ?? "default",
            "status.podIP" or "status.hostIP" or "status.podIPs" or "status.hostIPs" => Address,
            _ => null,
        };
    }

    /// <summary>A container's limit or request in units of the divisor, rounded up; the node's capacity where there is no limit.</summary>
    public static string ReadResource(JsonObject container, string resource, string? divisor)
    {
        var parts = resource.Split('.', 2);
        var stated = container.Text("resources", parts[0], parts.Length > 1 ? parts[1] : "");
        var amount = stated is not null
            ? Quantity(stated)
            : resource.EndsWith("cpu", StringComparison.Ordinal) ? Environment.ProcessorCount : GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        var unit = Quantity(divisor is null or "" or "0" ? "1" : divisor);
        return decimal.Ceiling(amount / unit).ToString("0", CultureInfo.InvariantCulture);
    }

    private static decimal Quantity(string text)
    {
        var unit = Suffixes.FirstOrDefault(pair => text.EndsWith(pair.Suffix, StringComparison.Ordinal), (Suffix: "", Factor: 1m));
        return decimal.Parse(text[..^unit.Suffix.Length], NumberStyles.Float, CultureInfo.InvariantCulture) * unit.Factor;
    }

    private static string Lines(JsonObject pod, string of) => string.Join('\n', pod.Entries("metadata", of)
        .OrderBy(static pair => pair.Key, StringComparer.Ordinal)
        .Select(static pair => $"{pair.Key}=\"{Escape(pair.Value)}\""));

    private static string Escape(string value) => value
        .Replace("\\", @"\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", @"\n", StringComparison.Ordinal);
}
