using System.Text.Json;
using System.Text.Json.Nodes;
using Stash.Core.Api;
using Stash.Core.Tests.Yaml;
using Stash.Core.Validation;
using Stash.Core.Yaml;

namespace Stash.Core.Tests.Api;

public sealed class EitherShapeTests
{
    [Theory]
    [InlineData("task: {name: t, params: {a: b, c: ''}}")]
    [InlineData("task: {name: t, params: [{name: a, value: b}, {name: c}]}")]
    public void Read_GivesTheSameParams_WhicheverShapeTheyHave(string yaml) =>
        Spec(yaml).Task!.Params!.ShouldBe(new Dictionary<string, string> { ["a"] = "b", ["c"] = "" });

    [Theory]
    [InlineData("hooks: {preBackup: {exec: [a, '-c', 'b c']}}")]
    [InlineData("hooks: {preBackup: {exec: {command: [a, '-c', 'b c']}}}")]
    public void Read_GivesTheSameCommand_WhicheverShapeExecHas(string yaml) =>
        Spec(yaml).Hooks!.PreBackup!.Exec!.Command!.ShouldBe(["a", "-c", "b c"]);

    [Theory]
    [InlineData("repository: {name: r, namespace: other}")]
    [InlineData("repository: [{name: r, namespace: other}]")]
    public void Read_GivesTheSameRepository_WhicheverShapeItHas(string yaml) =>
        Spec(yaml).Repositories.ShouldHaveSingleItem().ShouldBe(new RepositoryReference { Name = "r", Namespace = "other" });

    [Theory]
    [InlineData("task: {name: t, params: [{name: a, value: b}]}", """{"task":{"params":{"a":"b"},"name":"t"}}""")]
    [InlineData("hooks: {preBackup: {exec: [a]}}", """{"hooks":{"preBackup":{"exec":{"command":["a"]}}}}""")]
    [InlineData("repository: {name: r}", """{"repository":[{"name":"r"}]}""")]
    [InlineData("target: {volumeMounts: [{name: d, mountPath: /d, mountPropagation: None}]}", """{"target":{"volumeMounts":[{"name":"d","mountPath":"/d","mountPropagation":"None"}]}}""")]
    [InlineData("runtimeSettings: {pod: {nodeSelector: {a: b}, podLabels: {c: d}}}", """{"runtimeSettings":{"pod":{"podLabels":{"c":"d"},"nodeSelector":{"a":"b"}}}}""")]
    public void Write_GivesTheStoredShape_AndItReadsBackTheSame(string yaml, string expected)
    {
        var written = JsonSerializer.SerializeToNode(Spec(yaml), StashJson.Default.BackupConfigurationSpec);

        written.ShouldEqualJson(JsonNode.Parse(expected));
        var again = JsonSerializer.SerializeToNode(written.Deserialize(StashJson.Default.BackupConfigurationSpec), StashJson.Default.BackupConfigurationSpec);
        again.ShouldEqualJson(written);
    }

    [Fact]
    public void Read_ToleratesWhatTheApiServerAdds_WhenTheObjectComesFromIt()
    {
        var json = YamlJson.Read("""
            apiVersion: stash.appscode.com/v1beta2
            kind: BackupConfiguration
            metadata: {name: a, creationTimestamp: "2026-01-01T00:00:00Z", managedFields: [{manager: kubectl}], generation: 1, labels: null}
            spec: {schedule: "@daily", target: null}
            status: {phase: Ready, conditions: [{type: RepositoryFound, status: "True"}]}
            """).Single();

        var read = ObjectReader.Read(json, StashJson.Default.BackupConfiguration);

        read.Faults.ShouldBeEmpty();
        read.Unknown.ShouldBeEmpty();
        read.Value!.Spec.Target.ShouldBeNull();
        json["spec"]!.AsObject().ContainsKey("target").ShouldBeTrue("the given object is left as it is");
    }

    [Fact]
    public void Read_NamesTheMissingField_WhenTheRecordRequiresIt()
    {
        var json = YamlJson.Read("metadata: {ownerReferences: [{kind: Job, name: j, uid: u}], creationTimestamp: yesterday}\nspec: {}").Single();

        ObjectReader.Read(json, StashJson.Default.BackupSession).Faults.Select(fault => fault.ToString()).ShouldBe(
        [
            "metadata.ownerReferences[0].apiVersion: Required value",
            "metadata.creationTimestamp: Invalid value: \"yesterday\": must be a time such as 2026-01-31T12:00:00Z",
        ]);
    }

    private static BackupConfigurationSpec Spec(string yaml)
    {
        var read = ObjectReader.Read(new JsonObject { ["spec"] = YamlJson.Read(yaml).Single() }, StashJson.Default.BackupConfiguration);
        read.Faults.ShouldBeEmpty();
        read.Unknown.ShouldBeEmpty();
        return read.Value!.Spec;
    }
}
