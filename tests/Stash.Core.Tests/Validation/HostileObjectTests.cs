using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Validation;

namespace Stash.Core.Tests.Validation;

/// <summary>Objects as large as a request may be: judged at once, and the answer is small.</summary>
public sealed class HostileObjectTests
{
    private const int Many = 50_000;

    public static TheoryData<string> Shapes => ["paths", "numbers", "mounts", "args", "unknown", "schedule", "name"];

    [Theory(Timeout = 120_000)]
    [MemberData(nameof(Shapes))]
    public Task Validate_AnswersBriefly_WhenTheObjectIsHuge(string shape) => Task.Run(
        () =>
        {
            var spec = new JsonObject
            {
                ["schedule"] = shape == "schedule" ? new string('9', 5_000_000) : "@daily",
                ["repository"] = new JsonArray(new JsonObject { ["name"] = shape == "name" ? new string('a', 5_000_000) : "r" }),
                ["target"] = new JsonObject
                {
                    ["ref"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["name"] = "a" },
                    ["paths"] = List(shape == "paths" ? Many : 1, i => $"/data/{i}"),
                    ["exclude"] = List(shape == "numbers" ? Many : 0, i => i),
                    ["volumeMounts"] = List(shape == "mounts" ? Many : 0, i => new JsonObject { ["name"] = "a", ["mountPath"] = $"/data/{i}" }),
                    ["args"] = List(shape == "args" ? Many : 0, _ => "--json"),
                },
            };
            for (var i = 0; i < (shape == "unknown" ? Many : 0); i++)
            {
                spec[$"x{i}"] = i;
            }

            var read = ObjectReader.Read(new JsonObject { ["spec"] = spec }, StashJson.Default.BackupConfiguration);
            var faults = read.Value is null ? read.Faults : BackupConfigurationValidator.Validate(read.Value, new ConfigSurroundings { Repositories = [] }).Faults;

            faults.Count.ShouldBeInRange(1, 100);
            read.Unknown.Count.ShouldBeLessThanOrEqualTo(100);
            InvalidStatus.Create("g", "k", "n", faults).ToJsonString().Length.ShouldBeLessThan(100_000);
        },
        TestContext.Current.CancellationToken);

    [Fact(Timeout = 120_000)]
    public Task Validate_AnswersBriefly_WhenABatchHasManyMembers() => Task.Run(
        () =>
        {
            var spec = new JsonObject
            {
                ["schedule"] = "* * * * *",
                ["members"] = List(Many, i => new JsonObject { ["target"] = new JsonObject { ["paths"] = List(1, _ => "data") } }),
            };

            var read = ObjectReader.Read(new JsonObject { ["spec"] = spec }, StashJson.Default.BackupBatch);
            var faults = BackupBatchValidator.Validate(read.Value.ShouldNotBeNull(), new ConfigSurroundings { Repositories = [] }).Faults;

            faults.Count.ShouldBe(100);
            faults.ShouldContain(fault => fault.Type == FaultType.TooMany && fault.Field == "spec.members");
        },
        TestContext.Current.CancellationToken);

    private static JsonArray List(int count, Func<int, JsonNode> item) => new([.. Enumerable.Range(0, count).Select(item)]);
}
