using System.Net;
using System.Text;
using Stash.Webhook.Wire;

namespace Stash.Webhook.Tests.Wire;

public sealed class MalformedReviewTests
{
    private const string Head = """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview","request":""";

    /// <summary>What is wrong, the body in Latin-1 (so that any byte can be written), and what the answer says.</summary>
    public static TheoryData<string, string, string> Bodies() => new()
    {
        { "empty", "", "empty" },
        { "white space", "  \n", "not JSON" },
        { "not JSON", "kind: AdmissionReview", "not JSON" },
        { "cut off", Head + "{\"uid\":\"u", "not JSON" },
        { "two documents", Head + "{\"uid\":\"u\"}} {}", "not JSON" },
        { "a comment", Head + "{\"uid\":\"u\" /* c */}}", "not JSON" },
        { "a trailing comma", Head + "{\"uid\":\"u\",}}", "not JSON" },
        { "an array", "[]", "not an AdmissionReview" },
        { "null", "null", "not an AdmissionReview" },
        { "a number", "1e99999", "not an AdmissionReview" },
        { "another kind", """{"apiVersion":"admission.k8s.io/v1","kind":"Pod"}""", "not an AdmissionReview" },
        { "kind is a number", """{"apiVersion":"admission.k8s.io/v1","kind":1}""", "kind must be a string" },
        { "another version", """{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview","request":{"uid":"u"}}""", "admission.k8s.io/v1beta1" },
        { "no version", """{"kind":"AdmissionReview","request":{"uid":"u"}}""", "apiVersion" },
        { "no request", """{"apiVersion":"admission.k8s.io/v1","kind":"AdmissionReview"}""", "request is missing" },
        { "request is null", Head + "null}", "request is missing" },
        { "request is a list", Head + "[]}", "request is missing" },
        { "no uid", Head + "{}}", "request.uid is missing" },
        { "empty uid", Head + "{\"uid\":\"\"}}", "request.uid is missing" },
        { "uid is a number", Head + "{\"uid\":7}}", "uid must be a string" },
        { "object is a string", Head + "{\"uid\":\"u\",\"object\":\"pod\"}}", "request.object must be an object" },
        { "oldObject is a list", Head + "{\"uid\":\"u\",\"oldObject\":[]}}", "request.oldObject must be an object" },
        { "namespace is an object", Head + "{\"uid\":\"u\",\"namespace\":{}}}", "namespace must be a string" },
        { "a key twice", Head + "{\"uid\":\"u\",\"uid\":\"v\"}}", "not JSON" },
        { "a key twice, deep in the pod", Head + "{\"uid\":\"u\",\"object\":{\"spec\":{\"a\":1,\"a\":2}}}}", "not JSON" },
        { "a key twice by escapes", Head + "{\"uid\":\"u\",\"object\":{\"a\":1,\"\\u0061\":2}}}", "not JSON" },
        { "invalid UTF-8", Head + "{\"uid\":\"\u00ff\u00fe\"}}", "not UTF-8" },
        { "overlong UTF-8", Head + "{\"uid\":\"\u00c0\u0080\"}}", "not UTF-8" },
        { "half of a surrogate pair", Head + "{\"uid\":\"u\",\"object\":{\"metadata\":{\"labels\":{\"a\":\"\\ud800\"}}}}}", "surrogate" },
        { "half of a surrogate pair as a key", Head + "{\"uid\":\"u\",\"object\":{\"\\uDC00\":1}}}", "surrogate" },
        { "a byte order mark", "\u00ef\u00bb\u00bf" + Head + "{\"uid\":\"u\"}}", "not JSON" },
        { "a control character", Head + "{\"uid\":\"\u0001\"}}", "not JSON" },
        { "nested too deep", Head + "{\"uid\":\"u\",\"object\":{\"a\":" + new string('[', 5000) + new string(']', 5000) + "}}}", "not JSON" },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public async Task Post_Is400WithAReason_WhenTheBodyIsMalformed(string what, string body, string reason)
    {
        await using var webhook = await WebhookUnderTest.StartAsync();

        foreach (var path in (string[])["/mutate/pods", "/validate"])
        {
            using var answer = await webhook.PostAsync(path, Encoding.Latin1.GetBytes(body));

            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, what);
            (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldContain(reason);
        }
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/yaml")]
    [InlineData("application/jsonp")]
    [InlineData("")]
    public async Task Post_Is415_WhenTheContentTypeIsNotJson(string contentType)
    {
        await using var webhook = await WebhookUnderTest.StartAsync();

        using var answer = await webhook.PostAsync("/mutate/pods", Encoding.UTF8.GetBytes(Samples.PodReview().ToJsonString()), contentType);

        answer.StatusCode.ShouldBe(HttpStatusCode.UnsupportedMediaType);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Post_Is413_WhenTheBodyIsTooLarge(bool chunked)
    {
        await using var webhook = await WebhookUnderTest.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/mutate/pods") { Content = new ByteArrayContent(new byte[PooledBody.Largest + 1]) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json");
        request.Headers.ExpectContinue = true;
        request.Headers.TransferEncodingChunked = chunked;

        using var answer = await webhook.Http.SendAsync(request, TestContext.Current.CancellationToken);

        answer.StatusCode.ShouldBe(HttpStatusCode.RequestEntityTooLarge);
    }

    [Fact]
    public async Task Post_IsAnswered_WhenTheBodyIsNearlyTooLarge()
    {
        await using var webhook = await WebhookUnderTest.StartAsync();
        var pod = Samples.Pod();
        pod["metadata"]!["annotations"] = new System.Text.Json.Nodes.JsonObject { ["large"] = new string('x', 6 * 1024 * 1024) };

        (await webhook.ReviewAsync("/mutate/pods", Samples.PodReview(pod))).ContainsKey("patch").ShouldBeTrue();
    }

    [Theory]
    [InlineData("/mutate/pods", "GET", HttpStatusCode.MethodNotAllowed)]
    [InlineData("/", "POST", HttpStatusCode.NotFound)]
    [InlineData("/metrics", "GET", HttpStatusCode.NotFound)]
    public async Task Request_IsRefused_WhenThereIsNoSuchRoute(string path, string method, HttpStatusCode expected)
    {
        await using var webhook = await WebhookUnderTest.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        (await webhook.Http.SendAsync(request, TestContext.Current.CancellationToken)).StatusCode.ShouldBe(expected);
    }
}
