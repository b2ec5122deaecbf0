using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Stash.Webhook.Wire;

namespace Stash.Webhook.Tests.Conversion;

public sealed class ConversionTests
{
    private const string V1Beta1 = "stash.appscode.com/v1beta1";
    private const string V1Beta2 = "stash.appscode.com/v1beta2";
    private const string Head = """{"apiVersion":"apiextensions.k8s.io/v1","kind":"ConversionReview","request":""";

    [Fact]
    public async Task Convert_KeepsOrderAndMembers_WhenVersionsAreMixed()
    {
        await using var webhook = await WebhookUnderTest.StartAsync();
        JsonObject[] objects =
        [
            Config("a", V1Beta1, """{"name":"vault"}"""),
            Config("b", V1Beta2, """[{"name":"vault"},{"name":"spare"}]"""),
            Config("c", V1Beta1, """{"name":"vault","namespace":"far"}"""),
            Config("d", V1Beta2, "[]"),
        ];

        var response = await ConvertAsync(webhook, V1Beta1, objects);

        ((string)response["result"]!["status"]!).ShouldBe("Success");
        var converted = response["convertedObjects"]!.AsArray();
        converted.Select(one => (string)one!["metadata"]!["name"]!).ShouldBe(["a", "b", "c", "d"]);
        converted.Select(one => (string)one!["apiVersion"]!).ShouldAllBe(version => version == V1Beta1);
        converted.Select(one => one!["spec"]!["repository"]?.ToJsonString()).ShouldBe(
            ["""{"name":"vault"}""", """{"name":"vault"}""", """{"name":"vault","namespace":"far"}""", null]);
        JsonNode.DeepEquals(converted[0], objects[0]).ShouldBeTrue();
        var back = (await ConvertAsync(webhook, V1Beta2, [.. converted.Select(one => one!.AsObject())]))["convertedObjects"]!.AsArray();
        JsonNode.DeepEquals(back[1], objects[1]).ShouldBeTrue();
        JsonNode.DeepEquals(back[3], objects[3]).ShouldBeTrue();
    }

    [Theory]
    [InlineData("[]", V1Beta1, null)]
    [InlineData("""[{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"}}]""", V1Beta1, "Pod p: there is no conversion from v1")]
    [InlineData("""[{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"}}]""", "v1", null)]
    [InlineData("""[{"apiVersion":"stash.appscode.com/v1beta2","kind":"BackupConfiguration","metadata":{"name":"a","namespace":"b"}}]""", "stash.appscode.com/v9", "BackupConfiguration b/a: there is no conversion")]
    [InlineData("""[{"apiVersion":"stash.appscode.com/v1beta2","kind":"BackupConfiguration","metadata":{"name":"a"}},7,null,[]]""", V1Beta1, "request.objects[1] is not an object; request.objects[2] is not an object; request.objects[3]")]
    [InlineData("""[{"apiVersion":"stash.appscode.com/v1beta2","kind":"BackupConfiguration","spec":{"repository":[]}}]""", V1Beta1, "BackupConfiguration without a name: metadata is not an object")]
    public async Task Convert_SaysWhatFailed_WhenAnObjectCannotBeHad(string objects, string desired, string? fault)
    {
        await using var webhook = await WebhookUnderTest.StartAsync();

        var response = await ConvertAsync(webhook, desired, JsonNode.Parse(objects)!.AsArray());

        ((string)response["result"]!["status"]!).ShouldBe(fault is null ? "Success" : "Failure");
        if (fault is null)
        {
            response["convertedObjects"]!.ToJsonString().ShouldBe(objects);
            return;
        }

        ((string)response["result"]!["message"]!).ShouldContain(fault);
        response["convertedObjects"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task Convert_StaysShort_WhenThousandsAreWrong()
    {
        await using var webhook = await WebhookUnderTest.StartAsync();
        JsonObject[] objects = [.. Enumerable.Range(0, 5000).Select(i => new JsonObject { ["apiVersion"] = "v1", ["kind"] = new string('k', 900), ["n"] = i })];

        var response = await ConvertAsync(webhook, V1Beta1, objects);

        ((string)response["result"]!["message"]!).Length.ShouldBeInRange(1000, 6000);
    }

    /// <summary>What is wrong, the body in Latin-1, and what the answer says.</summary>
    public static TheoryData<string, string, string> Bodies() => new()
    {
        { "empty", "", "POST a ConversionReview" },
        { "not JSON", "kind: ConversionReview", "not JSON" },
        { "another review", """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":{"uid":"u"}}""", "not a ConversionReview" },
        { "another version", """{"apiVersion":"apiextensions.k8s.io/v1beta1","kind":"ConversionReview","request":{"uid":"u"}}""", "apiextensions.k8s.io/v1beta1" },
        { "no request", """{"apiVersion":"apiextensions.k8s.io/v1","kind":"ConversionReview"}""", "request is missing" },
        { "no uid", Head + """{"desiredAPIVersion":"a/b","objects":[]}}""", "request.uid is missing" },
        { "no desired version", Head + """{"uid":"u","objects":[]}}""", "desiredAPIVersion is missing" },
        { "desired version is a number", Head + """{"uid":"u","desiredAPIVersion":1,"objects":[]}}""", "desiredAPIVersion must be a string" },
        { "no objects", Head + """{"uid":"u","desiredAPIVersion":"a/b"}}""", "request.objects must be a list" },
        { "objects is an object", Head + """{"uid":"u","desiredAPIVersion":"a/b","objects":{}}}""", "request.objects must be a list" },
        { "a key twice", Head + """{"uid":"u","desiredAPIVersion":"a/b","objects":[{"a":1,"a":2}]}}""", "not JSON" },
        { "half of a surrogate pair", Head + """{"uid":"u","desiredAPIVersion":"a/b","objects":["\ud800"]}}""", "surrogate" },
        { "invalid UTF-8", Head + "{\"uid\":\"\u00ff\"}}", "not UTF-8" },
        { "nested too deep", Head + "{\"uid\":\"u\",\"objects\":[" + new string('[', 5000) + new string(']', 5000) + "]}}", "not JSON" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Post_Is400WithAReason_WhenTheBodyIsMalformed(string what, string body, string reason)
    {
        await using var webhook = await WebhookUnderTest.StartAsync();

        using var answer = await webhook.PostAsync("/convert", Encoding.Latin1.GetBytes(body));

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, what);
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain(reason);
    }

    [Fact]
    public async Task Post_Is415_WhenTheContentTypeIsNotJson()
    {
        await using var webhook = await WebhookUnderTest.StartAsync();

        using var answer = await webhook.PostAsync("/convert", "{}"u8.ToArray(), "application/yaml");

        answer.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Post_Is413_WhenTheBodyIsTooLarge()
    {
        await using var webhook = await WebhookUnderTest.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/convert") { Content = new ByteArrayContent(new byte[PooledBody.Largest + 1]) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.ExpectContinue = true;

        using var answer = await webhook.Http.SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Metrics_CountConversions_WhenScraped()
    {
        await using var webhook = await WebhookUnderTest.StartAsync();
        await ConvertAsync(webhook, V1Beta1, Config("a", V1Beta2, "[]"));
        await ConvertAsync(webhook, "stash.appscode.com/v9", Config("a", V1Beta2, "[]"));
        using var http = new HttpClient();

        var text = await http.GetStringAsync(new Uri($"http://127.0.0.1:{webhook.MetricsPort}/metrics"), TestContext.Current.CancellationToken);

        text.ShouldContain("stash_admission_reviews_total{kind=\"conversion\",outcome=\"converted\",reason=\"\"} 1");
        text.ShouldContain("stash_admission_reviews_total{kind=\"conversion\",outcome=\"failed\",reason=\"\"} 1");
        text.ShouldContain("stash_admission_duration_seconds_bucket{kind=\"conversion\",le=\"+Inf\"} 2");
    }

    private static Task<JsonObject> ConvertAsync(WebhookUnderTest webhook, string desired, params JsonObject[] objects) =>
        ConvertAsync(webhook, desired, new JsonArray([.. objects.Select(one => (JsonNode)one.DeepClone())]));

    private static async Task<JsonObject> ConvertAsync(WebhookUnderTest webhook, string desired, JsonArray objects)
    {
        var uid = Guid.NewGuid().ToString();
        var review = JsonNode.Parse(Head + "null}")!;
        review["request"] = new JsonObject { ["uid"] = uid, ["desiredAPIVersion"] = desired, ["objects"] = objects.DeepClone() };
        using var answer = await webhook.PostAsync("/convert", Encoding.UTF8.GetBytes(review.ToJsonString()));
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, text);
        var json = JsonNode.Parse(text)!;
        ((string)json["apiVersion"]!).ShouldBe("apiextensions.k8s.io/v1");
        ((string)json["kind"]!).ShouldBe("ConversionReview");
        ((string)json["response"]!["uid"]!).ShouldBe(uid);
        return json["response"]!.AsObject();
    }

    private static JsonObject Config(string name, string apiVersion, string repository)
    {
        var config = Samples.Config(name);
        config["apiVersion"] = apiVersion;
        config["spec"]!["repository"] = JsonNode.Parse(repository);
        return config;
    }
}
