using System.Text.Json.Nodes;
using Stash.LocalCluster.Rest;

namespace Stash.LocalCluster.Discovery;

/// <summary>What is served, and whether.</summary>
internal sealed class DiscoveryEndpoints(ClusterCore core)
{
    /// <summary>Whether a path is answered without knowing who asks.</summary>
    public static bool IsPublic(PathString path) => path.Value is "/healthz" or "/readyz" or "/livez" or "/version";

    /// <summary>Answers a path that names no resource.</summary>
    public async Task AnswerAsync(HttpContext http)
    {
        var path = (http.Request.Path.Value ?? "").TrimEnd('/');
        if (path is "/healthz" or "/readyz" or "/livez")
        {
            await http.Response.WriteAsync("ok", http.RequestAborted);
            return;
        }

        if (path == "/openapi/v2")
        {
            // An empty protobuf message: kubectl then falls back to what it was built with.
            http.Response.ContentType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";
            return;
        }

        await Responses.WriteAsync(http, 200, Document(path) ?? throw ApiErrors.NoSuchPath());
    }

    private JsonObject? Document(string path) => path.Split('/', StringSplitOptions.RemoveEmptyEntries) switch
    {
        [] => Paths(),
        ["version"] => Version(),
        ["api"] => new JsonObject { ["kind"] = "APIVersions", ["versions"] = new JsonArray("v1") },
        ["api", "v1"] => DiscoveryDocuments.Resources(core.Catalog, "", "v1"),
        ["apis"] => DiscoveryDocuments.Groups(core.Catalog),
        ["apis", var group] => DiscoveryDocuments.Group(core.Catalog, group),
        ["apis", var group, var version] => DiscoveryDocuments.Resources(core.Catalog, group, version),
        ["openapi", "v3"] => OpenApiDocuments.Index(core.Catalog),
        ["openapi", "v3", "api", "v1"] => OpenApiDocuments.Document(core.Catalog, "", "v1"),
        ["openapi", "v3", "apis", var group, var version] => OpenApiDocuments.Document(core.Catalog, group, version),
        _ => null,
    };

    private static JsonObject Paths() => new() { ["paths"] = new JsonArray("/api", "/apis", "/healthz", "/livez", "/openapi/v3", "/readyz", "/version") };

    private JsonObject Version()
    {
        var version = ServerVersion.Of(core.Options);
        return new JsonObject
        {
            ["major"] = version.Major,
            ["minor"] = version.Minor,
            ["gitVersion"] = core.Options.Version,
            ["gitCommit"] = "local",
            ["gitTreeState"] = "clean",
            ["buildDate"] = "1970-01-01T00:00:00Z",
            ["goVersion"] = "none",
            ["compiler"] = "none",
            ["platform"] = "linux/amd64",
        };
    }
}
