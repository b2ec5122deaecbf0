using System.Text.Json.Nodes;

namespace Stash.Runner.Tests.Manifests;

/// <summary>What an installation is made of, as far as the manifests alone tell.</summary>
public sealed class InstallationTests
{
    private const string ImagePlaceholder = "$(STASH_RUNNER_IMAGE)";

    /// <summary>Every component on top of the default overlay, and the overlay that takes the other certificates.</summary>
    public static TheoryData<string> Installations =>
    [
        "", "components: [COMPONENTS/high-availability]", "components: [COMPONENTS/network-policy]", "components: [COMPONENTS/monitoring]",
        "components: [COMPONENTS/high-availability, COMPONENTS/network-policy, COMPONENTS/monitoring]",
    ];

    [Theory]
    [MemberData(nameof(Installations))]
    public async Task Pods_AreRestrictedAndBounded(string overlay)
    {
        var pods = Kustomize.Pods(await Kustomize.OverlayAsync(overlay)).ToList();

        pods.Select(one => one.Label.Split('/')[0]).Distinct().ShouldBe(["Deployment", "CronJob", "Job"], ignoreOrder: true);
        pods.SelectMany(one => Faults(one.Pod).Select(fault => $"{one.Label}: {fault}")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("kustomize/overlays/default")]
    [InlineData("kustomize/overlays/cert-manager")]
    public async Task Registrations_NameNoAuthority_SoThatApplyingAgainTakesNoneAway(string folder) =>
        (await Kustomize.BuildAsync(folder)).Where(body => body.ToJsonString().Contains("\"caBundle\":", StringComparison.Ordinal)).Select(Kustomize.Label).ShouldBeEmpty();

    [Fact]
    public async Task Registrations_LetPodsThroughAndHoldConfigsBack_WhileTheWebhookIsDown()
    {
        var webhooks = (await Kustomize.BuildAsync("kustomize/base"))
            .Where(body => ((string)body["kind"]!).EndsWith("WebhookConfiguration", StringComparison.Ordinal))
            .SelectMany(body => body["webhooks"]!.AsArray()).ToList();

        webhooks.ToDictionary(one => (string)one!["name"]!, one => (string)one!["failurePolicy"]!).ShouldBe(new Dictionary<string, string>
        {
            ["pods.stash.appscode.com"] = "Ignore", ["configs.stash.appscode.com"] = "Fail",
            ["functions.stash.appscode.com"] = "Fail", ["sessions.stash.appscode.com"] = "Ignore",
        }, ignoreOrder: true);
        webhooks.ShouldAllBe(one => (string?)one!["sideEffects"] == "None" || (string?)one["sideEffects"] == "NoneOnDryRun");
    }

    [Fact]
    public async Task SyncJob_IsTheCronJobs_ButForTheImageThatTheWebhookFillsIn()
    {
        var objects = await Kustomize.BuildAsync("kustomize/base");
        var cronJob = objects.Single(body => Kustomize.Label(body) == "CronJob/stash-sync")["spec"]!["jobTemplate"]!.AsObject();
        var map = objects.Single(body => Kustomize.Label(body) == "ConfigMap/stash-sync-job");
        var job = JsonNode.Parse(((string)map["data"]!["job.json"]!).Replace(ImagePlaceholder, "stash-runner:dev", StringComparison.Ordinal))!.AsObject();

        ((string?)job["kind"]).ShouldBe("Job");
        JsonNode.DeepEquals(job["metadata"]!["labels"], cronJob["metadata"]!["labels"]).ShouldBeTrue();
        var spec = job["spec"]!.AsObject();
        ((long?)spec["ttlSecondsAfterFinished"]).ShouldBe(300);
        spec.Remove("ttlSecondsAfterFinished");
        JsonNode.DeepEquals(spec, cronJob["spec"]).ShouldBeTrue(spec.ToJsonString());
    }

    [Fact]
    public async Task Images_AreTheOverlaysEverywhere_AndMakeANewCertificatesJob()
    {
        var before = await Kustomize.OverlayAsync("");
        var after = await Kustomize.OverlayAsync("""
            images:
            - {name: stash-webhook, newName: "mirror:5000/stash-webhook", newTag: "2"}
            - {name: stash-runner, newName: "mirror:5000/stash-runner", newTag: "2"}
            """);

        var text = string.Concat(after.Select(body => body.ToJsonString()));
        text.ShouldNotContain("stash-webhook:dev");
        text.ShouldNotContain("stash-runner:dev");
        Kustomize.Pods(after).SelectMany(one => Strings(one.Pod)).Where(value => value.StartsWith("mirror:5000/stash-runner", StringComparison.Ordinal)).Count()
            .ShouldBe(5, "three Jobs, and what sync and the webhook put into theirs");
        JobName(after).ShouldNotBe(JobName(before));
        JobName(before).ShouldBe(JobName(await Kustomize.OverlayAsync("")));

        static string JobName(IEnumerable<JsonObject> objects) => (string)objects.Single(body => (string?)body["kind"] == "Job")["metadata"]!["name"]!;
    }

    [Theory]
    [InlineData("uninstall", false)]
    [InlineData("purge", true)]
    public async Task Removal_TakesEverythingButTheUsersObjects(string overlay, bool everything)
    {
        var installed = (await Kustomize.OverlayAsync("components: [COMPONENTS/high-availability]")).Select(Kustomize.Label).ToList();

        var removed = (await Kustomize.BuildAsync($"kustomize/overlays/{overlay}")).Select(Kustomize.Label).ToList();

        var users = installed.Where(label => label.StartsWith("CustomResourceDefinition/", StringComparison.Ordinal)
            || label is "ClusterRole/stash-run" or "ClusterRole/stash-view" or "ClusterRole/stash-edit" or "ClusterRole/stash-admin"
            || label.EndsWith("/stash-functions", StringComparison.Ordinal)).ToList();
        users.Count.ShouldBe(12);
        installed.Except(removed).ShouldBe(everything ? [] : users, ignoreOrder: true);
        removed.Take(2).ShouldAllBe(label => label.EndsWith("WebhookConfiguration/stash-webhook", StringComparison.Ordinal));
        removed[^1].ShouldBe("Namespace/stash-system");
    }

    [Fact]
    public async Task CertManager_IssuesIntoTheSecretThatTheProgramsAreToldToTake()
    {
        var objects = await Kustomize.BuildAsync("kustomize/overlays/cert-manager");
        var issued = (string)objects.Single(body => Kustomize.Label(body) == "Certificate/stash-webhook")["spec"]!["secretName"]!;

        var told = Kustomize.Pods(objects).Where(one => one.Label.Contains("/stash-certificates", StringComparison.Ordinal)).ToList();

        told.Count.ShouldBe(2);
        told.ShouldAllBe(one => Strings(one.Pod["containers"]![0]!["args"]!).SequenceEqual(new[] { "--issued", issued }));
        objects.Single(body => Kustomize.Label(body) == "Role/stash-certificates-issued")["rules"]![0]!["resourceNames"]![0]!.GetValue<string>().ShouldBe(issued);
    }

    /// <summary>Where a pod falls short of restricted Pod Security, of a read-only root, or of bounds.</summary>
    private static IEnumerable<string> Faults(JsonObject pod)
    {
        var context = pod["securityContext"];
        if ((bool?)context?["runAsNonRoot"] != true || (long?)context["runAsUser"] != 65532 || (string?)context["seccompProfile"]?["type"] != "RuntimeDefault")
        {
            yield return "securityContext of the pod";
        }

        foreach (var container in pod["containers"]!.AsArray())
        {
            var own = container!["securityContext"];
            if ((bool?)own?["allowPrivilegeEscalation"] != false || (bool?)own["readOnlyRootFilesystem"] != true
                || own["capabilities"]?["drop"]?.ToJsonString() != """["ALL"]""")
            {
                yield return $"securityContext of {container["name"]}";
            }

            if (container["resources"]?["requests"]?["cpu"] is null || container["resources"]?["requests"]?["memory"] is null || container["resources"]?["limits"]?["memory"] is null)
            {
                yield return $"resources of {container["name"]}";
            }

            if ((string?)container["image"] is not ("stash-webhook:dev" or "stash-runner:dev"))
            {
                yield return $"image {container["image"]}";
            }
        }
    }

    private static IEnumerable<string> Strings(JsonNode? node) => node switch
    {
        JsonObject map => map.SelectMany(one => Strings(one.Value)),
        JsonArray list => list.SelectMany(Strings),
        JsonValue value when value.GetValueKind() == System.Text.Json.JsonValueKind.String => [value.GetValue<string>()],
        _ => [],
    };
}
