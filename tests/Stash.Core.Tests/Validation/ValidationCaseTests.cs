using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Batches;
using Stash.Core.Validation;
using Stash.Core.Yaml;

namespace Stash.Core.Tests.Validation;

/// <summary>
/// One case a folder of <c>cases/</c>: <c>input.yaml</c> holds the objects that exist together (Repositories, Functions, Tasks,
/// workloads, the old version of an object marked by annotation <c>case: old</c>), <c>expected.txt</c> what is said of each judged
/// object. <c>STASH_UPDATE_GOLDENS=1</c> rewrites the latter.
/// </summary>
public sealed class ValidationCaseTests
{
    private static readonly string Folder = Path.Combine(SourceFolder(), "cases");

    public static TheoryData<string> Cases => [.. Directory.GetDirectories(Folder).Select(folder => Path.GetFileName(folder)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Validate_SaysWhatIsExpected_WhenTheObjectsAreThoseOfTheCase(string name)
    {
        var folder = Path.Combine(Folder, name);
        var said = Judge(YamlJson.Read(File.ReadAllText(Path.Combine(folder, "input.yaml"))));
        var golden = Path.Combine(folder, "expected.txt");
        if (Environment.GetEnvironmentVariable("STASH_UPDATE_GOLDENS") == "1")
        {
            File.WriteAllText(golden, said);
        }

        said.ShouldBe(File.ReadAllText(golden));
    }

    [Fact]
    public void Cases_AreMany() => Cases.Count.ShouldBeGreaterThanOrEqualTo(60);

    private static string Judge(IReadOnlyList<JsonObject> objects)
    {
        var said = new StringBuilder();
        var current = objects.Where(one => !IsOld(one)).ToArray();
        foreach (var json in current)
        {
            var name = $"{Text(json["kind"])} {Text(json["metadata"]?["name"])}";
            var result = Text(json["kind"]) switch
            {
                BackupConfiguration.KindName => Read(json, StashJson.Default.BackupConfiguration, said, config => BackupConfigurationValidator.Validate(config, Around(config, current))),
                BackupBatch.KindName => Read(json, StashJson.Default.BackupBatch, said, batch => BackupBatchValidator.Validate(batch, Around(BatchMembers.Whole(batch), current), Workloads(batch, current))),
                Repository.KindName => Read(json, StashJson.Default.Repository, said, repository => RepositoryValidator.Validate(repository, Old(objects, StashJson.Default.Repository))),
                BackupSession.KindName => Read(json, StashJson.Default.BackupSession, said, session => BackupSessionValidator.Validate(session, Old(objects, StashJson.Default.BackupSession), [.. current.Where(one => Text(one["kind"]) == session.Spec.Invoker?.Kind).Select(one => Text(one["metadata"]?["name"]) ?? "")])),
                Function.KindName => Read(json, StashJson.Default.Function, said, FunctionValidator.Validate),
                TaskDefinition.KindName => Read(json, StashJson.Default.TaskDefinition, said, task => TaskValidator.Validate(task, Functions(current))),
                _ => null,
            };
            if (result is null)
            {
                continue;
            }

            said.Append(name).Append(result.IsValid ? ": valid\n" : ": refused\n");
            foreach (var fault in result.Faults)
            {
                said.Append("  ").Append(fault).Append('\n');
            }

            foreach (var warning in result.Warnings)
            {
                warning.Length.ShouldBeLessThan(120);
                said.Append("  warning: ").Append(warning).Append('\n');
            }
        }

        return said.ToString();
    }

    private static ValidationResult Read<T>(JsonObject json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type, StringBuilder said, Func<T, ValidationResult> judge)
        where T : class
    {
        var read = ObjectReader.Read(json, type);
        foreach (var path in read.Unknown)
        {
            said.Append("unknown field ").Append(path).Append('\n');
        }

        return read.Value is null ? new ValidationResult(read.Faults, []) : judge(read.Value);
    }

    private static JsonObject?[] Workloads(BackupBatch batch, JsonObject[] objects) =>
        [.. BatchMembers.Of(batch).Select(member => Around(member, objects).Workload)];

    private static ConfigSurroundings Around(BackupConfiguration config, JsonObject[] objects) => new()
    {
        Repositories = [.. objects.Where(one => Text(one["kind"]) == Repository.KindName).Select(one => ObjectReader.Read(one, StashJson.Default.Repository).Value!).Where(one => one is not null)],
        Functions = Functions(objects),
        Tasks = [.. objects.Where(one => Text(one["kind"]) == TaskDefinition.KindName).Select(one => ObjectReader.Read(one, StashJson.Default.TaskDefinition).Value!).Where(one => one is not null)],
        Workload = objects.FirstOrDefault(one => Text(one["kind"]) == config.Spec.Target?.Ref?.Kind && Text(one["metadata"]?["name"]) == config.Spec.Target?.Ref?.Name),
        NamespaceLabels = objects.Where(one => Text(one["kind"]) == "Namespace").Select(one => one["metadata"]?["labels"]).OfType<JsonObject>()
            .FirstOrDefault()?.ToDictionary(entry => entry.Key, entry => Text(entry.Value) ?? ""),
        AllowMissing = config.Metadata.Annotations?.GetValueOrDefault("case") == "allow-missing",
    };

    private static Function[] Functions(JsonObject[] objects) =>
        [.. objects.Where(one => Text(one["kind"]) == Function.KindName).Select(one => ObjectReader.Read(one, StashJson.Default.Function).Value!).Where(one => one is not null)];

    private static T? Old<T>(IReadOnlyList<JsonObject> objects, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class => objects.FirstOrDefault(IsOld) is { } old ? ObjectReader.Read(old, type).Value : null;

    private static bool IsOld(JsonObject one) => Text(one["metadata"]?["annotations"]?["case"]) == "old";

    private static string? Text(JsonNode? node) => node?.GetValueKind() == System.Text.Json.JsonValueKind.String ? node.GetValue<string>() : null;

    private static string SourceFolder([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;
}
