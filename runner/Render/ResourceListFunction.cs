using System.Globalization;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.CronJobs;
using Stash.Core.Yaml;
using Stash.Runner.Input;
using Stash.Runner.Run;
using Stash.Runner.Sync;
using Stash.Runner.Validate;

namespace Stash.Runner.Render;

/// <summary>
/// Render as a KRM function: a ResourceList in, the same with what sync would apply out (Functions Specification v1 of kustomize and kpt,
/// <see href="https://github.com/kubernetes-sigs/kustomize/blob/master/cmd/config/docs/api-conventions/functions-spec.md"/>).
/// Run again on its own output it changes nothing.
/// </summary>
internal static class ResourceListFunction
{
    private const string PathAnnotation = "config.kubernetes.io/path";
    private const string InternalPathAnnotation = "internal.config.kubernetes.io/path";
    private const string InternalIndexAnnotation = "internal.config.kubernetes.io/index";

    private static readonly string[] Settings = ["image", "imagePullPolicy", "runClusterRole"];

    /// <summary>The ResourceList that a text is; null when it is something else.</summary>
    public static JsonObject? Find(string text)
    {
        try
        {
            return YamlJson.Read(text) is [{ } one]
                && one.Text("kind") == "ResourceList"
                && one.Text("apiVersion")?.StartsWith("config.kubernetes.io/", StringComparison.Ordinal) == true ? one : null;
        }
        catch (FormatException)
        {
            // Whoever reads it as manifests says what is wrong with it.
            return null;
        }
    }

    /// <summary>Adds and takes away, writes the list with its results, and tells errors on standard error too.</summary>
    /// <returns>1 with an error among the results; the list is written all the same.</returns>
    public static int Run(JsonObject list, string defaultNamespace, CronJobSettings defaults, TextWriter output, TextWriter error)
    {
        var results = new JsonArray();
        var settings = ReadSettings(list["functionConfig"] as JsonObject, defaults, results);
        JsonObject[] given = [.. (list["items"] as JsonArray ?? []).OfType<JsonObject>().Where(item => !IsRendered(item))];
        var manifests = new Input.Manifests([.. given.Select(item => ManifestObject.From(PathOf(item), item.DeepClone().AsObject(), defaultNamespace))], []);
        var judge = new ObjectJudge(manifests, allowMissing: true);
        var items = new JsonArray([.. given.Select(item => (JsonNode)item.DeepClone())]);
        foreach (var plan in RenderPlan.Of(manifests, settings))
        {
            var config = manifests.Find(plan.Kind, plan.Namespace, plan.Name)!;
            var judgement = judge.Judge(config);
            Judge(judgement.Faults.Count == 0 && plan.Trouble is { } trouble ? judgement with { Faults = [$"spec: {trouble}"] } : judgement, config, results);
            foreach (var planned in plan.Apply)
            {
                items.Add((JsonNode)planned.Body.DeepClone());
            }
        }

        list["items"] = items;
        list["results"] = results;
        output.Write(YamlJson.Write(list));
        string[] errors = [.. results.Where(result => result.Text("severity") == "error").Select(Sentence)];
        foreach (var line in errors)
        {
            error.WriteLine(line);
        }

        return errors.Length > 0 ? ExitCodes.Refused : ExitCodes.Done;
    }

    private static bool IsRendered(JsonObject item) =>
        LiveState.Applied.Any(type => type.Kind == item.Text("kind"))
        && item.Text("metadata", "labels", Labels.ManagedBy) == Labels.ManagedByValue
        && item.Text("metadata", "annotations", AppliedObject.HashAnnotation) is not null;

    private static CronJobSettings ReadSettings(JsonObject? config, CronJobSettings defaults, JsonArray results)
    {
        var field = config?["data"] is null ? "spec" : "data";
        if (config?[field] is not JsonObject spec)
        {
            return defaults;
        }

        foreach (var (name, value) in spec)
        {
            if (!Settings.Contains(name, StringComparer.Ordinal))
            {
                results.Add((JsonNode)Result("error", $"Unsupported value: {string.Join(", ", Settings)} are known", config, $"{field}.{name}"));
            }
            else if (value is not JsonValue text || !text.TryGetValue<string>(out _))
            {
                results.Add((JsonNode)Result("error", "Invalid value: must be a string", config, $"{field}.{name}"));
            }
        }

        return defaults with
        {
            Image = spec.Text("image") ?? defaults.Image,
            ImagePullPolicy = spec.Text("imagePullPolicy") ?? defaults.ImagePullPolicy,
            RunClusterRole = spec.Text("runClusterRole") ?? defaults.RunClusterRole,
        };
    }

    private static void Judge(Judgement judgement, ManifestObject config, JsonArray results)
    {
        foreach (var fault in judgement.Faults)
        {
            var (field, message) = fault.Split(": ", 2) is [var path, var rest] ? (path, rest) : (null, fault);
            results.Add((JsonNode)Result("error", message, config.Json, field));
        }

        foreach (var warning in judgement.Warnings)
        {
            results.Add((JsonNode)Result("warning", warning, config.Json, null));
        }
    }

    private static JsonObject Result(string severity, string message, JsonObject about, string? field)
    {
        var result = new JsonObject
        {
            ["message"] = message,
            ["severity"] = severity,
            ["resourceRef"] = new JsonObject
            {
                ["apiVersion"] = about.Text("apiVersion"), ["kind"] = about.Text("kind"), ["name"] = about.Name(), ["namespace"] = about.Text("metadata", "namespace") ?? "",
            },
        };
        if (field is not null)
        {
            result["field"] = new JsonObject { ["path"] = field };
        }

        if (PathOf(about) is { Length: > 1 } path)
        {
            result["file"] = new JsonObject { ["path"] = path };
            if (int.TryParse(about.Text("metadata", "annotations", InternalIndexAnnotation), CultureInfo.InvariantCulture, out var index))
            {
                result["file"]!["index"] = index;
            }
        }

        return result;
    }

    private static string PathOf(JsonObject item) =>
        item.Text("metadata", "annotations", InternalPathAnnotation) ?? item.Text("metadata", "annotations", PathAnnotation) ?? "-";

    private static string Sentence(JsonNode? result) =>
        $"{result.Text("file", "path") ?? "-"}: {result.Text("resourceRef", "kind")} {result.Text("resourceRef", "namespace")}/{result.Text("resourceRef", "name")}: "
        + $"{result.Text("field", "path")}: {result.Text("message")}";
}
