using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.JsonPatch;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using Stash.Core.Kubernetes;
using Stash.Webhook.Options;
using Stash.Webhook.Pods;

namespace Stash.Webhook.Tests.Pods;

public sealed class PodReviewTests
{
    private const string Config = "BackupConfiguration/shop/db";

    public static TheoryData<string, string> Shapes() => new()
    {
        { "as a StatefulSet makes it", "{}" },
        { "dry run", """{"dryRun": true}""" },
        { "empty name", """{"name": ""}""" },
        { "without namespace in the request", """{"namespace": ""}""" },
        { "with what later versions may send", """{"options": {"kind": "CreateOptions"}, "userInfo": {"username": "u"}, "newer": [1]}""" },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Review_PatchesInTheSidecar_WhenThePodIsLabelled(string shape, string overrides)
    {
        await using var webhook = await WebhookUnderTest.StartAsync();
        var pod = Samples.Pod();
        pod["metadata"]!["namespace"] = "shop";
        var review = Samples.PodReview(pod);
        foreach (var (field, value) in JsonNode.Parse(overrides)!.AsObject())
        {
            review["request"]![field] = value?.DeepClone();
        }

        var response = await webhook.ReviewAsync("/mutate/pods", review);

        ((bool)response["allowed"]!).ShouldBeTrue(shape);
        ((string)response["patchType"]!).ShouldBe("JSONPatch");
        var patched = Apply(pod, (string)response["patch"]!);
        patched["spec"]!["initContainers"]!.Single()["name"]!.Value<string>().ShouldBe("stash");
        response.ContainsKey("warnings").ShouldBeFalse();
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("dB", "no BackupConfiguration dB in namespace shop")]
    [InlineData("other", "no BackupConfiguration other in namespace shop")]
    [InlineData("..", "no BackupConfiguration .. in namespace shop")]
    public async Task Review_AllowsWithoutPatch_WhenThereIsNothingToInject(string? label, string warning)
    {
        await using var webhook = await WebhookUnderTest.StartAsync();

        var response = await webhook.ReviewAsync("/mutate/pods", Samples.PodReview(Samples.Pod(label)));

        ((bool)response["allowed"]!).ShouldBeTrue();
        response.ContainsKey("patch").ShouldBeFalse();
        response.ContainsKey("patchType").ShouldBeFalse();
        ((string?)response["warnings"]?[0] ?? "").ShouldStartWith(warning);
    }

    [Theory]
    [InlineData("Pod", "UPDATE", "")]
    [InlineData("Pod", "CREATE", "ephemeralcontainers")]
    [InlineData("Deployment", "CREATE", "")]
    public async Task Review_AllowsWithoutLookup_WhenItIsNotAboutANewPod(string kind, string operation, string subResource)
    {
        await using var webhook = await WebhookUnderTest.StartAsync();
        var review = Samples.Review("", kind, operation, Samples.Pod());
        review["request"]!["subResource"] = subResource;

        var response = await webhook.ReviewAsync("/mutate/pods", review);

        ((bool)response["allowed"]!).ShouldBeTrue();
        webhook.Kubernetes.Reads.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("all", "StatefulSet", "db", null)]
    [InlineData("all", "StatefulSet", "cache", "no member of BackupBatch all names StatefulSet cache")]
    [InlineData("broken", "StatefulSet", "db", "BackupBatch broken is invalid")]
    public async Task Review_PatchesInTheSidecarOfTheMember_WhenTheLabelNamesABatch(string label, string kind, string owner, string? warning)
    {
        var kubernetes = Samples.Cluster();
        kubernetes.Put(Samples.Batch());
        var broken = Samples.Batch("broken");
        broken["spec"]!["executionOrder"] = "Sometimes";
        kubernetes.Put(broken);
        await using var webhook = await WebhookUnderTest.StartAsync(kubernetes);
        var pod = Samples.Pod(label);
        pod["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject { ["apiVersion"] = "apps/v1", ["kind"] = kind, ["name"] = owner, ["uid"] = "u", ["controller"] = true });

        var response = await webhook.ReviewAsync("/mutate/pods", Samples.PodReview(pod));

        ((bool)response["allowed"]!).ShouldBeTrue();
        response.ContainsKey("patch").ShouldBe(warning is null);
        (response["warnings"]?.AsArray().Single()!.GetValue<string>() ?? "").ShouldStartWith(warning ?? "");
    }

    [Fact]
    public async Task Review_TakesTheConfig_WhenABatchHasItsName()
    {
        var kubernetes = Samples.Cluster();
        kubernetes.Put(Samples.Batch("db"));
        await using var webhook = await WebhookUnderTest.StartAsync(kubernetes);

        // Without an owner, no member of a batch would fit.
        (await webhook.ReviewAsync("/mutate/pods", Samples.PodReview())).ContainsKey("patch").ShouldBeTrue();
    }

    [Fact]
    public async Task Review_SeesTheConfig_WhenItWasCreatedAMomentAgo()
    {
        await using var webhook = await WebhookUnderTest.StartAsync();
        (await webhook.ReviewAsync("/mutate/pods", Samples.PodReview(Samples.Pod("fresh")))).ContainsKey("patch").ShouldBeFalse();

        webhook.Kubernetes.Put(Samples.Config("fresh"));

        (await webhook.ReviewAsync("/mutate/pods", Samples.PodReview(Samples.Pod("fresh")))).ContainsKey("patch").ShouldBeTrue();
    }

    [Fact]
    public async Task Review_PatchesInTheFunctionsContainer_OnceTheFunctionIsThere()
    {
        await using var webhook = await WebhookUnderTest.StartAsync();
        var config = Samples.Config();
        config["spec"]!["target"]!["sidecar"] = new JsonObject { ["functionName"] = "pg-sidecar", ["params"] = new JsonObject { ["mode"] = "full" } };
        webhook.Kubernetes.Put(config);
        var pod = Samples.Pod();

        var without = await webhook.ReviewAsync("/mutate/pods", Samples.PodReview());

        without.ContainsKey("patch").ShouldBeFalse();
        ((string)without["warnings"]![0]!).ShouldStartWith("no Function pg-sidecar");
        webhook.Kubernetes.Put(Samples.Function("pg-sidecar"));
        var with = await webhook.ReviewAsync("/mutate/pods", Samples.PodReview());
        var sidecar = Apply(pod, (string)with["patch"]!)["spec"]!["initContainers"]!.Single();
        (sidecar["name"]!.Value<string>(), sidecar["image"]!.Value<string>(), sidecar["args"]![0]!.Value<string>())
            .ShouldBe(("stash", "registry.example/pg-sidecar:1", "full"));
    }

    [Fact]
    public async Task Review_SeesTheConfig_WhenItWasCreatedWhileAnOlderReadWasUnderWay()
    {
        var kubernetes = Samples.Cluster();
        await using var webhook = await WebhookUnderTest.StartAsync(kubernetes);
        await ReadyAsync(webhook);
        var gate = new TaskCompletionSource();
        kubernetes.Gate = gate.Task.WaitAsync;
        var older = webhook.ReviewAsync("/mutate/pods", Samples.PodReview(Samples.Pod("fresh")));
        await WebhookUnderTest.UntilAsync("the older read is under way", () => Task.FromResult(kubernetes.Reads.Count == 1));
        kubernetes.Put(Samples.Config("fresh"));
        var newer = webhook.ReviewAsync("/mutate/pods", Samples.PodReview(Samples.Pod("fresh")));
        await WebhookUnderTest.UntilAsync("both reviews wait", () => Task.FromResult(kubernetes.Waiting >= 3));

        gate.SetResult();

        (await older).ContainsKey("patch").ShouldBeFalse();
        (await newer).ContainsKey("patch").ShouldBeTrue();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Review_SharesOneRead_WhenManyReviewsNameTheSameConfigAtOnce(bool fails)
    {
        var kubernetes = Samples.Cluster();
        await using var webhook = await WebhookUnderTest.StartAsync(kubernetes);
        await ReadyAsync(webhook);
        var gate = new TaskCompletionSource();
        kubernetes.Gate = gate.Task.WaitAsync;
        var reviews = Enumerable.Range(0, 8).Select(_ => webhook.ReviewAsync("/mutate/pods", Samples.PodReview())).ToArray();
        await WebhookUnderTest.UntilAsync("all reviews wait", () => Task.FromResult(kubernetes.Waiting == 9));

        kubernetes.IsDown = fails;
        gate.SetResult();

        foreach (var response in await Task.WhenAll(reviews))
        {
            ((bool)response["allowed"]!).ShouldBeTrue();
            response.ContainsKey("patch").ShouldBe(!fails);
        }

        kubernetes.Reads.Count(read => read == Config).ShouldBe(1);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Review_AllowsWithAWarning_WhenTheApiIsDownOrSilent(bool isDown, bool isSilent)
    {
        var kubernetes = Samples.Cluster();
        await using var webhook = await WebhookUnderTest.StartAsync(
            kubernetes, options => options with { LookupDeadline = isSilent ? TimeSpan.FromMilliseconds(300) : options.LookupDeadline });
        kubernetes.IsDown = isDown;
        kubernetes.Gate = isSilent ? token => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token) : null;

        var response = await webhook.ReviewAsync("/mutate/pods", Samples.PodReview());

        ((bool)response["allowed"]!).ShouldBeTrue();
        response.ContainsKey("patch").ShouldBeFalse();
        ((string)response["warnings"]![0]!).ShouldStartWith("the Kubernetes API did not tell what BackupConfiguration db is");
    }

    [Fact]
    public async Task Review_AnswersBeforeTheApiServerGivesUp_WhenItsTimeoutIsShort()
    {
        var kubernetes = Samples.Cluster();
        await using var webhook = await WebhookUnderTest.StartAsync(kubernetes);
        kubernetes.Gate = token => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, token);

        var response = await webhook.ReviewAsync("/mutate/pods?timeout=1s", Samples.PodReview());

        ((string)response["warnings"]![0]!).ShouldContain("did not tell");
    }

    [Theory]
    [InlineData(1, 28, SidecarMode.Auto, false)]
    [InlineData(1, 31, SidecarMode.Auto, false)]
    [InlineData(1, 32, SidecarMode.Auto, true)]
    [InlineData(2, 0, SidecarMode.Auto, true)]
    [InlineData(1, 28, SidecarMode.Native, false)]
    [InlineData(1, 29, SidecarMode.Native, true)]
    [InlineData(1, 36, SidecarMode.Classic, false)]
    public void NativeSidecars_FollowsTheVersion_WhenAskedFor(int major, int minor, SidecarMode mode, bool native) =>
        NativeSidecars.Allowed(new ServerVersion(major, minor, ""), mode).ShouldBe(native);

    private static async Task ReadyAsync(WebhookUnderTest webhook) => await WebhookUnderTest.UntilAsync("ready", async () =>
        (await webhook.Http.GetAsync("/readyz", TestContext.Current.CancellationToken)).IsSuccessStatusCode);

    private static JObject Apply(JsonObject pod, string base64)
    {
        var target = JObject.Parse(pod.ToJsonString());
        JsonConvert.DeserializeObject<JsonPatchDocument>(Encoding.UTF8.GetString(Convert.FromBase64String(base64)))!.ApplyTo(target);
        return target;
    }
}
