using Stash.Core.Api;
using Stash.Core.Tests.CronJobs;
using Stash.Core.Validation;

namespace Stash.Core.Tests.Tasks;

/// <summary>What admission says of a config with a Task, beside the cases of Validation that an API server judges too.</summary>
public sealed class TaskConfigTests
{
    [Theory]
    [InlineData("target: {ref: {apiVersion: v1, kind: PersistentVolumeClaim, name: data}, paths: ['/a,b']}", "spec.target.paths[0]: Invalid value: \"/a,b\": must not have a comma with spec.task")]
    [InlineData("target: {ref: {apiVersion: v1, kind: PersistentVolumeClaim, name: data}, exclude: [x, 'a,b']}", "spec.target.exclude[1]: Invalid value: \"a,b\": must not have a comma with spec.task")]
    [InlineData("target: {ref: {apiVersion: v1, kind: PersistentVolumeClaim, name: data}, args: ['--tag=a,b']}", "spec.target.args[0]: Invalid value: \"--tag=a,b\": must not have a comma with spec.task")]
    [InlineData("target: null, interimVolumeTemplate: {spec: {resources: {requests: {storage: 1Gi}}}}", "spec.interimVolumeTemplate.spec.accessModes: Required value")]
    [InlineData("target: null, interimVolumeTemplate: {spec: {accessModes: [ReadWriteOnce]}}", "spec.interimVolumeTemplate.spec.resources.requests.storage: Required value")]
    [InlineData("target: null, task: {name: dump}", "spec.task.name: Invalid value: \"dump\": spec.volumes[0].name: variable keys has no value")]
    [InlineData("target: null", null)]
    public void Validate_RefusesByField_WhenATaskCannotBeGivenThat(string spec, string? fault)
    {
        var config = Samples.Config(spec.Contains("task:", StringComparison.Ordinal) ? spec : $"task: {{name: dump, params: {{keys: db-keys}}}}, {spec}");
        var surroundings = new ConfigSurroundings
        {
            Repositories = [Samples.Repository()],
            Functions = [new Function { Metadata = new() { Name = "dump" }, Spec = new() { Image = "dump:1" } }],
            Tasks = [new TaskDefinition { Metadata = new() { Name = "dump" }, Spec = new() { Steps = [new() { Name = "dump" }], Volumes = [new System.Text.Json.Nodes.JsonObject { ["name"] = "${keys}" }] } }],
        };

        var faults = BackupConfigurationValidator.Validate(config, surroundings).Faults.Select(one => one.ToString()).ToList();

        if (fault is null)
        {
            faults.ShouldBeEmpty();
        }
        else
        {
            faults.ShouldHaveSingleItem().ShouldStartWith(fault);
        }
    }
}
