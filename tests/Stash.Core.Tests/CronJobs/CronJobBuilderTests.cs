using System.Text.Json.Nodes;
using Stash.Core.Batches;
using Stash.Core.CronJobs;

namespace Stash.Core.Tests.CronJobs;

public sealed class CronJobBuilderTests
{
    public static TheoryData<string, string, string> Fields => new()
    {
        { "", "spec.schedule", "\"15 3 * * *\"" },
        { "", "spec.timeZone", "\"Etc/UTC\"" },
        { "timeZone: Europe/Berlin", "spec.timeZone", "\"Europe/Berlin\"" },
        { "", "spec.concurrencyPolicy", "\"Forbid\"" },
        { "", "spec.suspend", "false" },
        { "paused: true", "spec.suspend", "true" },
        { "schedule: null", "spec.suspend", "true" },
        { "schedule: null", "spec.startingDeadlineSeconds", "null" },
        { "", "spec.startingDeadlineSeconds", "86400" },
        { "schedule: '*/5 * * * *'", "spec.startingDeadlineSeconds", "300" },
        { "schedule: '* * * * *'", "spec.startingDeadlineSeconds", "300" },
        { "schedule: '0 9-17 * * 1-5'", "spec.startingDeadlineSeconds", "3600" },
        { "schedule: '@weekly'", "spec.startingDeadlineSeconds", "604800" },
        { "schedule: '@yearly'", "spec.startingDeadlineSeconds", "604800" },
        { "", "spec.jobTemplate.spec.activeDeadlineSeconds", "261000" },
        { "timeOut: 1h30m", "spec.jobTemplate.spec.activeDeadlineSeconds", "7200" },
        { "timeOut: 1h30m, hooks: {postBackup: {exec: [a]}}", "spec.jobTemplate.spec.activeDeadlineSeconds", "7200" },
        { "timeOut: 1h30m, hooks: {postBackup: {exec: [a], timeout: 1h}}", "spec.jobTemplate.spec.activeDeadlineSeconds", "10500" },
        { "", "spec.jobTemplate.spec.template.spec.terminationGracePeriodSeconds", "null" },
        { "hooks: {preBackup: {exec: [a]}}", "spec.jobTemplate.spec.template.spec.terminationGracePeriodSeconds", "null" },
        { "hooks: {postBackup: {exec: [a], timeout: 90s}}", "spec.jobTemplate.spec.template.spec.terminationGracePeriodSeconds", "330" },
        { "", "spec.jobTemplate.spec.podReplacementPolicy", "\"Failed\"" },
        {
            "", "spec.jobTemplate.spec.podFailurePolicy.rules",
            """[{"action":"FailJob","onExitCodes":{"containerName":"run","operator":"In","values":[10]}},{"action":"Ignore","onPodConditions":[{"type":"DisruptionTarget","status":"True"}]}]"""
        },
        { "", "spec.jobTemplate.spec.template.spec.restartPolicy", "\"Never\"" },
        { "", "spec.jobTemplate.spec.template.spec.serviceAccountName", "\"stash-bc-db\"" },
        { "runtimeSettings: {pod: {serviceAccountName: own}}", "spec.jobTemplate.spec.template.spec.serviceAccountName", "\"own\"" },
        { "runtimeSettings: {pod: {nodeSelector: {disk: ssd}}}", "spec.jobTemplate.spec.template.spec.nodeSelector", """{"disk":"ssd"}""" },
        { "runtimeSettings: {pod: {restartPolicy: Always}}", "spec.jobTemplate.spec.template.spec.restartPolicy", "\"Never\"" },
        { "runtimeSettings: {pod: {automountServiceAccountToken: false}}", "spec.jobTemplate.spec.template.spec.automountServiceAccountToken", "true" },
        { "runtimeSettings: {pod: {securityContext: {fsGroup: 7}}}", "spec.jobTemplate.spec.template.spec.securityContext.fsGroup", "7" },
        { "runtimeSettings: {pod: {securityContext: {fsGroup: 7}}}", "spec.jobTemplate.spec.template.spec.securityContext.runAsNonRoot", "true" },
        {
            "runtimeSettings: {pod: {podLabels: {team: a, stash.appscode.com/invoker-name: other}}}", "spec.jobTemplate.spec.template.metadata.labels",
            """{"team":"a","stash.appscode.com/invoker-name":"db","app.kubernetes.io/managed-by":"stash","stash.appscode.com/invoker-kind":"BackupConfiguration"}"""
        },
        { "runtimeSettings: {pod: {podAnnotations: {a: b}}}", "spec.jobTemplate.spec.template.metadata.annotations", """{"a":"b"}""" },
        { "tempDir: {medium: Memory, sizeLimit: 1Gi}", "spec.jobTemplate.spec.template.spec.volumes.0.emptyDir", """{"medium":"Memory","sizeLimit":"1Gi"}""" },
        { "", "metadata.ownerReferences.0.uid", "\"u-1\"" },
        { "", "metadata.ownerReferences.0.blockOwnerDeletion", "false" },
    };

    public static TheoryData<string, string, string> ContainerFields => new()
    {
        { "", "command", """["stash-runner","run"]""" },
        { "", "args", """["--config","db","--namespace","app"]""" },
        { "", "resources", """{"requests":{"cpu":"50m","memory":"64Mi"}}""" },
        { "resources: {limits: {memory: 1Gi}}", "resources", """{"requests":{"cpu":"50m","memory":"64Mi"},"limits":{"memory":"1Gi"}}""" },
        {
            "securityContext: {runAsUser: 1}", "securityContext",
            """{"allowPrivilegeEscalation":false,"readOnlyRootFilesystem":true,"capabilities":{"drop":["ALL"]},"runAsUser":1}"""
        },
        { "env: [{name: A, value: b}, {name: JOB_UID, value: forged}]", "env.6", """{"name":"A","value":"b"}""" },
        { "env: [{name: A, value: b}, {name: JOB_UID, value: forged}]", "env.7", "null" },
        { "envFrom: [{secretRef: {name: s}}]", "envFrom", """[{"secretRef":{"name":"s"}}]""" },
        { "livenessProbe: {exec: {command: [x]}}", "livenessProbe", "null" },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void Build_SetsTheField_AsTheConfigAsks(string spec, string path, string expected) =>
        ShouldHold(CronJobBuilder.Build(Invoker.Of(Samples.Config(spec)), Samples.Repository(), Samples.Settings), path, expected);

    [Theory]
    [MemberData(nameof(ContainerFields))]
    public void Build_SetsTheContainersField_AsTheConfigAsks(string container, string path, string expected) => ShouldHold(
        CronJobBuilder.Build(Invoker.Of(Samples.Config($"runtimeSettings: {{container: {{{container}}}}}")), Samples.Repository(), Samples.Settings),
        $"spec.jobTemplate.spec.template.spec.containers.0.{path}",
        expected);

    [Theory]
    [InlineData("local: {mountPath: /repository, emptyDir: {}}", false)]
    [InlineData("s3: {endpoint: e, bucket: b}", true)]
    [InlineData("rest: {url: 'https://h'}", true)]
    public void Build_MountsTheSecret_OnlyWhereTheRunnerReachesTheBackend(string backend, bool mounted)
    {
        var pod = CronJobBuilder.Build(Invoker.Of(Samples.Config()), Samples.Repository(backend), Samples.Settings)["spec"]!["jobTemplate"]!["spec"]!["template"]!["spec"]!;

        pod["volumes"]!.AsArray().Any(volume => volume!["secret"]?["secretName"]?.GetValue<string>() == "repo-secret").ShouldBe(mounted);
        pod["containers"]![0]!["volumeMounts"]!.AsArray().Any(mount => mount!["mountPath"]!.GetValue<string>() == "/etc/stash/repository").ShouldBe(mounted);
    }

    [Fact]
    public void Build_ResolvesH_ByNamespaceAndName()
    {
        var one = CronJobBuilder.Build(Invoker.Of(Samples.Config("schedule: H H * * *")), Samples.Repository(), Samples.Settings)["spec"]!["schedule"]!.GetValue<string>();

        one.ShouldMatch(@"^\d+ \d+ \* \* \*$");
        CronJobBuilder.Build(Invoker.Of(Samples.Config("schedule: H H * * *")), Samples.Repository(), Samples.Settings)["spec"]!["schedule"]!.GetValue<string>().ShouldBe(one);
    }

    [Fact]
    public void Build_NeedsNoUid_WhenTheConfigComesFromAFile()
    {
        var config = Samples.Config() with { Metadata = new() { Name = "db", Namespace = "app" } };

        CronJobBuilder.Build(Invoker.Of(config), Samples.Repository(), Samples.Settings)["metadata"]!["ownerReferences"].ShouldBeNull();
    }

    [Fact]
    public void Build_Throws_WhenTheScheduleIsNone() => Should
        .Throw<FormatException>(() => CronJobBuilder.Build(Invoker.Of(Samples.Config("schedule: 61 * * * *")), Samples.Repository(), Samples.Settings))
        .Message.ShouldStartWith("spec.schedule: ");

    private static void ShouldHold(JsonNode? node, string path, string expected)
    {
        foreach (var step in path.Split('.'))
        {
            node = node is JsonArray list ? list.ElementAtOrDefault(int.Parse(step, System.Globalization.CultureInfo.InvariantCulture)) : node?[step];
        }

        (node?.ToJsonString() ?? "null").ShouldBe(expected);
    }
}
