using System.Text.Json.Nodes;

namespace Stash.Webhook.Tests.Validation;

public sealed class ObjectReviewTests
{
    private const string Group = "stash.appscode.com";

    [Theory]
    [InlineData("BackupConfiguration", "spec.target.paths")]
    [InlineData("BackupBatch", "spec.executionOrder")]
    [InlineData("Repository", "spec.wipeOut")]
    [InlineData("BackupSession", "spec.retryLeft")]
    [InlineData("Function", "spec.command")]
    [InlineData("Task", "spec.steps")]
    public async Task Review_Denies422WithEveryFieldAsACause_WhenTheObjectIsInvalid(string kind, string field)
    {
        await using var webhook = await WebhookUnderTest.StartAsync();
        var json = Broken(kind, field);

        var response = await webhook.ReviewAsync("/validate", Samples.Review(Group, kind, "CREATE", json));

        ((bool)response["allowed"]!).ShouldBeFalse();
        var status = response["status"]!;
        ((int)status["code"]!).ShouldBe(422);
        ((string)status["reason"]!).ShouldBe("Invalid");
        ((string)status["message"]!).ShouldStartWith($"{kind}.{Group} \"{json["metadata"]!["name"]}\" is invalid: {field}");
        status["details"]!["causes"]!.AsArray().Select(cause => (string)cause!["field"]!).ShouldContain(field);
        response.ContainsKey("patch").ShouldBeFalse();
        response.ContainsKey("patchType").ShouldBeFalse();
    }

    [Theory]
    [InlineData("BackupConfiguration", false)]
    [InlineData("BackupConfiguration", true)]
    [InlineData("BackupBatch", false)]
    [InlineData("Repository", false)]
    [InlineData("BackupSession", false)]
    [InlineData("Function", false)]
    [InlineData("Task", false)]
    public async Task Review_Allows_WhenTheObjectIsValid(string kind, bool dryRun)
    {
        var kubernetes = Samples.Cluster();
        kubernetes.Put(Good("Function"));
        await using var webhook = await WebhookUnderTest.StartAsync(kubernetes);
        var review = Samples.Review(Group, kind, "CREATE", Good(kind));
        review["request"]!["dryRun"] = dryRun;

        var response = await webhook.ReviewAsync("/validate", review);

        ((bool)response["allowed"]!).ShouldBeTrue(response.ToJsonString());
    }

    [Theory]
    [InlineData("BackupConfiguration", "spec.target.paths")]
    [InlineData("BackupBatch", "spec.executionOrder")]
    [InlineData("Repository", "spec.wipeOut")]
    [InlineData("BackupSession", "spec.retryLeft")]
    [InlineData("Function", "spec.command")]
    [InlineData("Task", "spec.steps")]
    public async Task Review_AllowsAnUpdate_WhenAnInvalidSpecIsAsItWas(string kind, string field)
    {
        await using var webhook = await WebhookUnderTest.StartAsync();
        var (json, old) = (Broken(kind, field), Broken(kind, field));
        old["metadata"]!["finalizers"] = new JsonArray("someone/waits");
        json["metadata"]!["deletionTimestamp"] = "2026-11-21T04:00:00Z";

        var response = await webhook.ReviewAsync("/validate", Samples.Review(Group, kind, "UPDATE", json, old));

        ((bool)response["allowed"]!).ShouldBeTrue();
        webhook.Kubernetes.Reads.ShouldBeEmpty();
    }

    [Fact]
    public async Task Review_DeniesAnUpdate_WhenTheSpecBecomesInvalid()
    {
        await using var webhook = await WebhookUnderTest.StartAsync();

        var response = await webhook.ReviewAsync(
            "/validate", Samples.Review(Group, "BackupConfiguration", "UPDATE", Broken("BackupConfiguration", "spec.target.paths"), Samples.Config()));

        ((bool)response["allowed"]!).ShouldBeFalse();
    }

    [Theory]
    [InlineData("BackupConfiguration", "DELETE")]
    [InlineData("Repository", "DELETE")]
    [InlineData("RestoreSession", "CREATE")]
    public async Task Review_Allows_WhenThereIsNothingToJudge(string kind, string operation)
    {
        await using var webhook = await WebhookUnderTest.StartAsync();
        var json = Samples.Repository();

        var response = await webhook.ReviewAsync(
            "/validate", Samples.Review(Group, kind, operation, operation == "DELETE" ? null : json, operation == "DELETE" ? json : null));

        ((bool)response["allowed"]!).ShouldBeTrue();
    }

    [Fact]
    public async Task Review_SaysWhatItCouldNotCheck_WhenTheApiIsDown()
    {
        var kubernetes = new FakeKubernetes { IsDown = true };
        await using var webhook = await WebhookUnderTest.StartAsync(kubernetes);

        var response = await webhook.ReviewAsync("/validate", Samples.Review(Group, "BackupConfiguration", "CREATE", Samples.Config()));

        ((bool)response["allowed"]!).ShouldBeTrue();
        response["warnings"]!.AsArray().Select(warning => (string)warning!).ShouldContain(warning => warning.Contains("were not checked"));
    }

    /// <summary>The seed's questions: a Function that does not exist yet, one that no container can be made of, and one that lacks a param.</summary>
    [Theory]
    [InlineData(null, "{}", "Not found: \"tools\" (Functions are cluster-scoped")]
    [InlineData("""{"command":["run"]}""", "{}", "no container can be made of this Function: spec.image: Required value")]
    [InlineData("""{"image":"tools:1","args":["${host}"]}""", "{}", "variable host has no value")]
    [InlineData("""{"image":"tools:1","args":["${host}"]}""", """{"host":"db"}""", null)]
    public async Task Review_JudgesAConfigByTheFunctionThatItNames(string? function, string given, string? refusal)
    {
        var kubernetes = Samples.Cluster();
        if (function is not null)
        {
            kubernetes.Put(Function(function));
        }

        await using var webhook = await WebhookUnderTest.StartAsync(kubernetes);
        var config = Samples.Config();
        config["spec"]!["target"]!["sidecar"] = new JsonObject { ["functionName"] = "tools", ["params"] = JsonNode.Parse(given) };

        var response = await webhook.ReviewAsync("/validate", Samples.Review(Group, "BackupConfiguration", "CREATE", config));

        var causes = response["status"]?["details"]?["causes"]?.AsArray().Where(cause => (string?)cause!["field"] == "spec.target.sidecar.functionName").ToList() ?? [];
        if (refusal is null)
        {
            causes.ShouldBeEmpty();
        }
        else
        {
            ((string)causes.ShouldHaveSingleItem()!["message"]!).ShouldContain(refusal);
        }
    }

    private static JsonObject Function(string spec) => new()
    {
        ["apiVersion"] = $"{Group}/v1beta1", ["kind"] = "Function", ["metadata"] = new JsonObject { ["name"] = "tools" }, ["spec"] = JsonNode.Parse(spec),
    };

    private static JsonObject Good(string kind) => kind switch
    {
        "Repository" => Samples.Repository(),
        "BackupBatch" => Samples.Batch(),
        "BackupSession" => Samples.Session(),
        "Function" => Function("""{"image":"tools:1","command":["dump"],"args":["${host}"]}"""),
        "Task" => new() { ["apiVersion"] = $"{Group}/v1beta1", ["kind"] = "Task", ["metadata"] = new JsonObject { ["name"] = "dump" }, ["spec"] = JsonNode.Parse("""{"steps":[{"name":"tools"}]}""") },
        _ => Samples.Config(),
    };

    private static JsonObject Broken(string kind, string field)
    {
        var json = Good(kind);
        var path = field.Split('.');
        path[..^1].Aggregate((JsonNode)json, (node, name) => node[name]!)[path[^1]] = "of the wrong type";
        return json;
    }
}
