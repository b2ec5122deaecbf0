using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Stash.LocalCluster.Certificates;
using Stash.LocalCluster.Resources;

namespace Stash.LocalCluster.Tests.Admission;

/// <summary>A webhook over real HTTPS that answers what the test says, and keeps what it was asked.</summary>
public sealed class WebhookServer : IAsyncDisposable
{
    private readonly ClusterAuthority _authority = new();
    private WebApplication _application = null!;

    /// <summary>What it was asked: the <c>request</c> of each review.</summary>
    public ConcurrentQueue<JsonObject> Asked { get; } = [];

    /// <summary>Its answer: the <c>response</c> without uid, or null for HTTP 500.</summary>
    public Func<JsonObject, JsonObject?> Answer { get; set; } = _ => new JsonObject { ["allowed"] = true };

    public int Port { get; private set; }

    public string CaBundle => Convert.ToBase64String(Encoding.UTF8.GetBytes(_authority.Pem));

    public static async Task<WebhookServer> StartAsync(string serviceName = "hook.default.svc")
    {
        var server = new WebhookServer();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listen.UseHttps(server._authority.IssueServer([serviceName]));
        }));
        server._application = builder.Build();
        server._application.Run(server.HandleAsync);
        await server._application.StartAsync(TestContext.Current.CancellationToken);
        var address = server._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        server.Port = new Uri(address).Port;
        return server;
    }

    /// <summary>A response with a JSON patch.</summary>
    public static JsonObject Patch(string operations) => new()
    {
        ["allowed"] = true, ["patchType"] = "JSONPatch", ["patch"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(operations)),
    };

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _authority.Dispose();
    }

    private async Task HandleAsync(HttpContext http)
    {
        var review = (await JsonNode.ParseAsync(http.Request.Body))!.AsObject();
        var request = review.Object("request")!.Copy();
        Asked.Enqueue(request);
        if (Answer(request) is not { } response)
        {
            http.Response.StatusCode = 500;
            return;
        }

        response["uid"] = request.Text("uid");
        review.Remove("request");
        review["response"] = response;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(review.ToJsonString());
    }
}
