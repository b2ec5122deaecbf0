using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Stash.Core.Yaml;

namespace Stash.Webhook.Tests.Alerts;

/// <summary>The files of the <c>monitoring</c> component: the one source of rules and dashboard.</summary>
internal static partial class Monitoring
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));

    public static string Cases { get; } = Path.Combine(Here(), "cases");

    private static string Component => Path.Combine(Root, "kustomize", "components", "monitoring");

    /// <summary>What Prometheus reads: the spec of the PrometheusRule.</summary>
    public static JsonObject Rules() =>
        YamlJson.Read(File.ReadAllText(Path.Combine(Component, "prometheusrule.yaml"))).Single()["spec"]!.DeepClone().AsObject();

    public static IReadOnlyList<JsonObject> Alerts(JsonObject rules) =>
        [.. rules["groups"]!.AsArray().SelectMany(group => group!["rules"]!.AsArray()).OfType<JsonObject>()];

    public static JsonObject Dashboard() => JsonNode.Parse(File.ReadAllText(Path.Combine(Component, "dashboard.json")))!.AsObject();

    /// <summary>The dashboard's expressions with Grafana's variables put in.</summary>
    public static IReadOnlyList<string> DashboardExpressions() =>
    [
        .. Dashboard()["panels"]!.AsArray().SelectMany(panel => panel!["targets"]!.AsArray())
            .Select(target => ((string)target!["expr"]!).Replace("$__rate_interval", "5m", StringComparison.Ordinal).Replace("$namespace", ".*", StringComparison.Ordinal)
                .Replace("$config", ".*", StringComparison.Ordinal)),
    ];

    /// <summary>Names of this project's metrics in a text.</summary>
    public static IEnumerable<string> MetricNames(string text) => Names().Matches(text).Select(match => match.Value).Distinct(StringComparer.Ordinal);

    /// <summary>A new folder with the rules as Prometheus reads them.</summary>
    public static string FolderWith(JsonObject rules)
    {
        var folder = Directory.CreateTempSubdirectory("stash-rules-").FullName;
        File.WriteAllText(Path.Combine(folder, "rules.yaml"), YamlJson.Write(rules));
        return folder;
    }

    private static string Here([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;

    [GeneratedRegex(@"\bstash_[a-z_]+", RegexOptions.None, 1000)]
    private static partial Regex Names();
}
