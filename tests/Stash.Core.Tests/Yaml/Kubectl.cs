using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Stash.Core.Tests.Yaml;

/// <summary>The real kubectl as a judge of YAML: <c>annotate --local</c> reads it as the API machinery does and needs no cluster.</summary>
internal static class Kubectl
{
    private const string Marker = "judged-by";

    /// <summary>What kubectl makes of one document; the test is skipped where there is no kubectl.</summary>
    public static async Task<JsonObject> ReadAsync(string yaml, CancellationToken cancellation)
    {
        Assert.SkipUnless(IsInstalled, "kubectl is not installed");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        using var process = Process.Start(new ProcessStartInfo("kubectl", ["annotate", "--local", "-f", "-", $"{Marker}=kubectl", "-o", "json"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await process.StandardInput.WriteAsync(yaml.AsMemory(), limit.Token);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        var output = await process.StandardOutput.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        process.ExitCode.ShouldBe(0, await error);
        var json = JsonNode.Parse(output)!.AsObject();
        var annotations = json["metadata"]!["annotations"]!.AsObject();
        annotations.Remove(Marker);
        if (annotations.Count == 0)
        {
            json["metadata"]!.AsObject().Remove("annotations");
        }

        return json;
    }

    private static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "kubectl")));
}
