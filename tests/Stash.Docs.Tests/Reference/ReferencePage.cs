using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Injection;
using Stash.Core.Yaml;
using Stash.Runner;

namespace Stash.Docs.Tests.Reference;

/// <summary>Writes docs/reference.md out of what the programs and the CRDs are made of.</summary>
public static class ReferencePage
{
    private static readonly Assembly Core = typeof(StashApi).Assembly;
    private static readonly Assembly Runner = typeof(ExitCodes).Assembly;

    public static string Write()
    {
        var page = new StringBuilder("# Reference\n\nGenerated from the code and the CRDs by `make goldens`; a test keeps it true. `kubectl explain` tells the same\nof the fields. Metrics are listed in [alerts.md](alerts.md#metrics).\n");
        Names(page, "Labels", "label", NamedConstants.Of(Core, "Stash.Core.Api.Labels"));
        Names(page, "Annotations", "annotation", NamedConstants.Of(Core, "Stash.Core.Api.Annotations"));
        Names(page, "Outcomes", "reason in conditions, Events and logs", NamedConstants.Of(Core, "Stash.Core.Signals.Outcome"));
        Names(page, "Failures of a session besides", "reason", NamedConstants.Of(Runner, "Stash.Runner.Run.FailureCodes"));
        Names(page, "Conditions of a BackupSession", "type", NamedConstants.Of(Runner, "Stash.Runner.Run.SessionConditions"));
        Names(page, "Events", "reason", NamedConstants.Of(Runner, "Stash.Runner.Run.EventReasons"));
        Names(page, "Exit codes of stash-runner", "code", NamedConstants.Of(Runner, "Stash.Runner.ExitCodes"));
        Skips(page);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(DocumentBlocks.Repository, "manifests", "crds"), "*.yaml").Order(StringComparer.Ordinal))
        {
            foreach (var definition in YamlJson.Read(File.ReadAllText(file)).Where(one => (string?)one["kind"] == "CustomResourceDefinition"))
            {
                Kind(page, definition["spec"]!.AsObject());
            }
        }

        return page.ToString();
    }

    private static void Names(StringBuilder page, string title, string what, IReadOnlyList<(string Name, object Value, string Summary)> constants)
    {
        page.Append(CultureInfo.InvariantCulture, $"\n## {title}\n\n| {what} | meaning |\n|---|---|\n");
        foreach (var (_, value, summary) in constants.Where(one => !one.Name.EndsWith("Value", StringComparison.Ordinal)))
        {
            page.Append(CultureInfo.InvariantCulture, $"| `{value}` | {Cell(summary)} |\n");
        }
    }

    private static void Skips(StringBuilder page)
    {
        page.Append("\n## Why a pod gets no sidecar\n\nThe code is in the webhook's log and in the metric's label `reason`; the sentence is the warning.\n\n| code | sentence |\n|---|---|\n");
        foreach (var field in typeof(SkipReasons).GetFields(BindingFlags.Static | BindingFlags.Public).Where(field => field.FieldType == typeof(SkipReason)))
        {
            var reason = (SkipReason)field.GetValue(null)!;
            page.Append(CultureInfo.InvariantCulture, $"| `{reason.Code}` | {Cell(string.Format(CultureInfo.InvariantCulture, reason.Template, "…", "…", "…"))} |\n");
        }
    }

    private static void Kind(StringBuilder page, JsonObject spec)
    {
        var versions = spec["versions"]!.AsArray().Select(version => version!.AsObject()).ToArray();
        var stored = versions.Single(version => (bool)version["storage"]!);
        var others = versions.Where(version => version != stored).Select(version => $"`{version["name"]}`").ToArray();
        page.Append(CultureInfo.InvariantCulture, $"\n## {spec["names"]!["kind"]}\n\n`{spec["group"]}/{stored["name"]}`");
        page.Append(others.Length > 0 ? $", served as {string.Join(", ", others)} too" : "");
        page.Append(CultureInfo.InvariantCulture, $"; short names: {string.Join(", ", (spec["names"]!["shortNames"] as JsonArray ?? []).Select(name => $"`{name}`"))}.\n\n");
        page.Append("| field | type | default | meaning |\n|---|---|---|---|\n");
        foreach (var field in SchemaFields.Of(stored["schema"]!["openAPIV3Schema"]!.AsObject()))
        {
            var preset = field.Default.Length > 0 ? $"`{field.Default}`" : field.Required ? "required" : "";
            page.Append(CultureInfo.InvariantCulture, $"| `{field.Path}` | {Cell(field.Type)} | {Cell(preset)} | {Cell(field.Description)} |\n");
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace('\n', ' ');
}
