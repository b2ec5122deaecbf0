using System.Text.Json.Nodes;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Tests.Api;

/// <summary>list and watch over HTTPS.</summary>
public sealed class ListAndWatchTests(ApiCluster api) : IClassFixture<ApiCluster>
{
    [Fact]
    public async Task List_IsComplete_WhenItIsReadInPages()
    {
        var ns = await FilledAsync(5);
        var names = new List<string>();
        var path = $"/api/v1/namespaces/{ns}/secrets?limit=2";
        var (pages, next) = (0, "");
        do
        {
            var page = await api.SendAsync("GET", path + (next.Length > 0 ? "&continue=" + Uri.EscapeDataString(next) : ""));
            names.AddRange(page.Body.Array("items").Objects().Select(o => o.Name()));
            next = page.Body.Text("metadata", "continue");
            pages++;
        }
        while (next.Length > 0);

        (pages, string.Join(' ', names)).ShouldBe((3, "s0 s1 s2 s3 s4"));
    }

    [Fact]
    public async Task List_IsExpired_WhenTheHistoryOfItsTokenIsForgotten()
    {
        var ns = await FilledAsync(3);
        var first = await api.SendAsync("GET", $"/api/v1/namespaces/{ns}/secrets?limit=1");

        api.Cluster.ForgetHistory();
        var second = await api.SendAsync("GET", $"/api/v1/namespaces/{ns}/secrets?limit=1&continue=" + Uri.EscapeDataString(first.Body.Text("metadata", "continue")));

        (second.Code, second.Reason).ShouldBe((410, "Expired"));
    }

    [Theory]
    [InlineData("labelSelector=odd%3Dyes", "s1 s3")]
    [InlineData("labelSelector=odd", "s1 s3")]
    [InlineData("labelSelector=!odd", "s0 s2 s4")]
    [InlineData("labelSelector=n%20in%20(n1,n2)", "s1 s2")]
    [InlineData("labelSelector=n%20notin%20(n1,n2),odd!%3Dyes", "s0 s4")]
    [InlineData("fieldSelector=metadata.name%3Ds2", "s2")]
    [InlineData("fieldSelector=metadata.name!%3Ds2,type%3DOpaque", "s0 s1 s3 s4")]
    public async Task List_HasWhatIsSelected(string query, string expected)
    {
        var ns = await FilledAsync(5);

        var list = await api.SendAsync("GET", $"/api/v1/namespaces/{ns}/secrets?{query}");

        string.Join(' ', list.Body.Array("items").Objects().Select(o => o.Name())).ShouldBe(expected);
    }

    [Fact]
    public async Task Watch_TellsWhatCameAndWent_FromAVersionOn()
    {
        var ns = await FilledAsync(1);
        var version = (await api.SendAsync("GET", $"/api/v1/namespaces/{ns}/secrets")).Version;
        using var watch = await OpenAsync($"/api/v1/namespaces/{ns}/secrets?watch=true&resourceVersion={version}&labelSelector=odd");

        await api.SendAsync("POST", $"/api/v1/namespaces/{ns}/secrets", """{"metadata":{"name":"new"}}""");
        await LabelAsync(ns, "new", """{"odd":"yes"}""");
        await LabelAsync(ns, "new", """{"odd":"no"}""");
        await LabelAsync(ns, "new", """{"odd":null}""");
        await LabelAsync(ns, "s0", """{"odd":"yes"}""");
        await api.SendAsync("DELETE", $"/api/v1/namespaces/{ns}/secrets/s0");

        (await ReadAsync(watch, 5)).ShouldBe(["ADDED new", "MODIFIED new", "DELETED new", "ADDED s0", "DELETED s0"]);
    }

    [Fact]
    public async Task Watch_BeginsWithWhatIsThere_WhenItNamesNoVersion()
    {
        var ns = await FilledAsync(2);
        using var watch = await OpenAsync($"/api/v1/namespaces/{ns}/secrets?watch=true");

        (await ReadAsync(watch, 2)).ShouldBe(["ADDED s0", "ADDED s1"]);
    }

    [Fact]
    public async Task Watch_EndsInABookmark_WhenItsTimeIsOver()
    {
        var ns = await FilledAsync(1);
        using var watch = await OpenAsync($"/api/v1/namespaces/{ns}/secrets?watch=true&timeoutSeconds=1&allowWatchBookmarks=true");

        (await ReadAsync(watch, 3)).ShouldBe(["ADDED s0", "BOOKMARK ", "END"]);
    }

    [Fact]
    public async Task Watch_IsExpired_WhenTheHistoryIsForgotten()
    {
        var ns = await FilledAsync(1);
        var version = (await api.SendAsync("GET", $"/api/v1/namespaces/{ns}/secrets")).Version;
        api.Cluster.ForgetHistory();
        using var watch = await OpenAsync($"/api/v1/namespaces/{ns}/secrets?watch=true&resourceVersion={version}");

        var line = await watch.ReadLineAsync(TestContext.Current.CancellationToken);

        var told = JsonNode.Parse(line!);
        (told.Text("type"), told.Number("object", "code"), told.Text("object", "reason")).ShouldBe(("ERROR", 410, "Expired"));
    }

    private async Task<string> FilledAsync(int count)
    {
        var ns = await api.NamespaceAsync();
        for (var i = 0; i < count; i++)
        {
            var labels = i % 2 == 1 ? $$"""{"n":"n{{i}}","odd":"yes"}""" : $$"""{"n":"n{{i}}"}""";
            await api.SendAsync("POST", $"/api/v1/namespaces/{ns}/secrets", $$$"""{"metadata":{"name":"s{{{i}}}","labels":{{{labels}}}}}""");
        }

        return ns;
    }

    private Task<ApiAnswer> LabelAsync(string ns, string name, string labels) => api.SendAsync(
        "PATCH", $"/api/v1/namespaces/{ns}/secrets/{name}", $$$"""{"metadata":{"labels":{{{labels}}}}}""", "application/merge-patch+json");

    private async Task<StreamReader> OpenAsync(string path)
    {
        var response = await api.Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        return new StreamReader(await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken));
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(StreamReader watch, int count)
    {
        var told = new List<string>();
        while (told.Count < count)
        {
            var line = await watch.ReadLineAsync(TestContext.Current.CancellationToken);
            told.Add(line is null ? "END" : $"{JsonNode.Parse(line).Text("type")} {JsonNode.Parse(line).Text("object", "metadata", "name")}");
        }

        return told;
    }
}
