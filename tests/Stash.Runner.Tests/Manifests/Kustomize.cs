using System.Diagnostics;
using System.Text.Json.Nodes;
using Stash.Core.Yaml;

namespace Stash.Runner.Tests.Manifests;

/// <summary>Builds kustomizations with kubectl.</summary>
internal static class Kustomize
{
    /// <summary>What a folder of this repository builds.</summary>
    public static async Task<IReadOnlyList<JsonObject>> BuildAsync(string folder)
    {
        var start = new ProcessStartInfo("kubectl", ["kustomize", Path.Combine(RepositoryFolder.Root, folder)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        await process.WaitForExitAsync(limit.Token);
        process.ExitCode.ShouldBe(0, await error);
        return YamlJson.Read(await output);
    }

    /// <summary>What an overlay of a user's own builds: on top of the default one.</summary>
    /// <param name="more">Lines of its kustomization.yaml; components are named by their folder.</param>
    public static async Task<IReadOnlyList<JsonObject>> OverlayAsync(string more)
    {
        var folder = Directory.CreateTempSubdirectory("stash-overlay-").FullName;
        try
        {
            string Relative(string path) => Path.GetRelativePath(folder, Path.Combine(RepositoryFolder.Root, "kustomize", path));
            await File.WriteAllTextAsync(
                Path.Combine(folder, "kustomization.yaml"),
                $"resources: [{Relative("overlays/default")}]\n{more.Replace("COMPONENTS", Relative("components"), StringComparison.Ordinal)}\n",
                TestContext.Current.CancellationToken);
            return await BuildAsync(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>kind/name.</summary>
    public static string Label(JsonObject body) => $"{body["kind"]}/{body["metadata"]!["name"]}";

    /// <summary>The pod specs of whatever makes pods.</summary>
    public static IEnumerable<(string Label, JsonObject Pod)> Pods(IEnumerable<JsonObject> objects) =>
        from body in objects
        let pod = body["spec"]?["template"]?["spec"] ?? body["spec"]?["jobTemplate"]?["spec"]?["template"]?["spec"]
        where pod is JsonObject
        select (Label(body), (JsonObject)pod!);
}
