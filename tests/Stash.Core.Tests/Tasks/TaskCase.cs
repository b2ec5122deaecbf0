using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Stash.Core.Api;
using Stash.Core.Restic;
using Stash.Core.Signals;
using Stash.Core.Tasks;
using Stash.Core.Validation;
using Stash.Core.Yaml;

namespace Stash.Core.Tests.Tasks;

/// <summary>
/// A folder under Golden: objects.yaml with config, Repository, Task and Functions; settings.json with <c>node</c>, and <c>verb</c> for a Job
/// that works on the repository alone; expected.json with Job and claim, or the fault. STASH_UPDATE_GOLDENS=1 writes expected.json anew.
/// </summary>
internal sealed class TaskCase(string folder)
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static IEnumerable<string> Names() => Directory.EnumerateDirectories(Root()).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal);

    public static TaskCase Named(string name) => new(Path.Combine(Root(), name));

    /// <param name="sessionUid">Uid of the session.</param>
    /// <param name="memberHost">restic's host name of a batch's member; null for a config's target.</param>
    public TaskPlan Plan(string sessionUid = "0d7c9a4e-1111-4a5b-9c3d-000000000001", string? memberHost = null)
    {
        var objects = YamlJson.Read(File.ReadAllText(Path.Combine(folder, "objects.yaml")));
        var settings = File.Exists(Path.Combine(folder, "settings.json")) ? JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "settings.json")))! : new JsonObject();
        var config = All(objects, BackupConfiguration.KindName, StashJson.Default.BackupConfiguration).Single();
        var repository = All(objects, Repository.KindName, StashJson.Default.Repository).Single();
        var task = All(objects, TaskDefinition.KindName, StashJson.Default.TaskDefinition).Single();
        var functions = All(objects, Function.KindName, StashJson.Default.Function);
        var verb = (string?)settings["verb"];
        var run = new TaskRun
        {
            Config = memberHost is null ? config : config with { Kind = BackupBatch.KindName },
            Repository = repository,
            Session = "db-1767225600",
            SessionUid = sessionUid,
            Host = memberHost ?? "host-0",
            Seconds = 3600,
            Node = (string?)settings["node"],
            Order = new SignalRequest
            {
                Session = "db-1767225600", Verb = verb ?? SignalVerb.Backup, Repository = BackendAddress.For(repository.Spec.Backend!).Repository,
            },
        };
        return verb is null ? TaskPlanner.Make(run, task, functions) : TaskPlanner.Maintain(run, task, functions, "stash-runner:dev", "IfNotPresent");
    }

    public string Expected() => File.ReadAllText(Path.Combine(folder, "expected.json"));

    public string Actual(TaskPlan plan)
    {
        var json = plan.Fault is { } fault
            ? new JsonObject { ["code"] = fault.Code, ["message"] = fault.Message }
            : new JsonObject { ["job"] = plan.Job, ["claim"] = plan.Claim };
        var text = json.ToJsonString(Indented) + "\n";
        if (Environment.GetEnvironmentVariable("STASH_UPDATE_GOLDENS") == "1")
        {
            File.WriteAllText(Path.Combine(folder, "expected.json"), text);
        }

        return text;
    }

    private static IReadOnlyList<T> All<T>(IReadOnlyList<JsonObject> objects, string kind, JsonTypeInfo<T> type)
        where T : class =>
        [.. objects.Where(one => (string?)one["kind"] == kind).Select(one => ObjectReader.Read(one, type).Value.ShouldNotBeNull())];

    private static string Root([CallerFilePath] string here = "") => Path.Combine(Path.GetDirectoryName(here)!, "Golden");
}
