using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Stash.LocalCluster;

namespace Stash.EndToEnd.Tests.Images;

/// <summary>The images' file trees hold all that their programs need: they run there, in nothing else.</summary>
public sealed class RootfsTests : IDisposable
{
    private static readonly Dictionary<string, string> Nothing = [];

    private readonly string _folder = Directory.CreateTempSubdirectory("stash-rootfs-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("webhook", "stash-webhook --help", "puts backup sidecars")]
    [InlineData("runner", "stash-runner --help", "certificates")]
    [InlineData("runner", "stash-runner certificates --help", "--lifetime")]
    [InlineData("runner", "restic version", "restic 0.")]
    public async Task Program_Runs_InItsOwnTreeAlone(string image, string command, string words)
    {
        var (code, text) = await Rootfs.RunAsync(image, Nothing, command.Split(' '));

        code.ShouldBe(0, text);
        text.ShouldContain(words);
    }

    [Fact]
    public async Task Runner_SpeaksToTheApiByName_OverTls()
    {
        await using var cluster = await LocalCluster.LocalCluster.StartAsync(new LocalClusterOptions { Directory = Path.Combine(_folder, "cluster"), RunPods = false }, Token);
        var kubeconfig = await ReadableAsync(cluster, _folder);

        // It serves none of our kinds: the answer is the API server's own, so the connection is made and trusted.
        var (code, text) = await Rootfs.RunAsync("runner", new Dictionary<string, string> { [kubeconfig] = "/tmp/kubeconfig" }, "stash-runner", "sync", "--kubeconfig", "/tmp/kubeconfig");

        code.ShouldBe(75, text);
        text.ShouldContain("the server could not find the requested resource");
    }

    [Fact]
    public async Task Webhook_Serves_InItsOwnTreeAlone()
    {
        await using var cluster = await LocalCluster.LocalCluster.StartAsync(new LocalClusterOptions { Directory = Path.Combine(_folder, "cluster"), RunPods = false }, Token);
        var kubeconfig = await ReadableAsync(cluster, _folder);
        using var process = Webhook.StartIn(_folder, tls => Rootfs.Start(
            "webhook", new Dictionary<string, string> { [kubeconfig] = "/tmp/kubeconfig", [tls] = "/tmp/tls" },
            "stash-webhook", "--image", "stash-runner:dev", "--kubeconfig", "/tmp/kubeconfig", "--tls-cert", "/tmp/tls/tls.crt", "--tls-key", "/tmp/tls/tls.key"));
        var clock = Stopwatch.StartNew();
        while (!await process.IsReadyAsync(Token))
        {
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromMinutes(1));
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Token);
        }
    }

    [Theory]
    [InlineData("webhook")]
    [InlineData("runner")]
    public async Task Archive_HoldsTheTree_UnderItsDigests(string image)
    {
        var archive = Path.Combine(Path.GetDirectoryName(Programs.Runner)!, "images", $"stash-{image}.tar");
        await Programs.RunAsync("tar", ["-C", _folder, "-xf", archive], Nothing, Token);
        var manifest = (await JsonAsync(_folder, "manifest.json"))[0]!;
        var config = await JsonAsync(_folder, (string)manifest["Config"]!);
        var layer = Path.Combine(_folder, (string)manifest["Layers"]![0]!);

        ((string?)manifest["RepoTags"]![0]).ShouldBe($"stash-{image}:dev");
        ((string?)config["rootfs"]!["diff_ids"]![0]).ShouldBe($"sha256:{await DigestAsync(layer)}");
        ((string?)manifest["Config"]).ShouldBe($"{await DigestAsync(Path.Combine(_folder, (string)manifest["Config"]!))}.json");
        ((string?)config["config"]!["User"]).ShouldBe("65532:65532");
        var entries = await Programs.RunAsync("tar", ["--numeric-owner", "-tvf", layer], Nothing, Token);
        entries.ShouldContain($"./usr/local/bin/stash-{image}");
        entries.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldAllBe(line => line.Contains(" 0/0 ", StringComparison.Ordinal));
        entries.ShouldNotContain("/sh\n");
        var sbom = (string)config["config"]!["Labels"]!["com.appscode.stash.sbom"]!;
        var names = JsonNode.Parse(await File.ReadAllTextAsync(Rootfs.Folder(image) + sbom, Token))!["components"]!.AsArray().Select(one => (string)one!["name"]!).ToList();
        names.ShouldContain("libssl3");
        names.ShouldContain("Microsoft.NETCore.App.Runtime.linux-x64");
        names.Contains("restic").ShouldBe(image == "runner");
    }

    /// <summary>A kubeconfig that names the server by name, for whoever runs as nobody here.</summary>
    private static async Task<string> ReadableAsync(LocalCluster.LocalCluster cluster, string folder)
    {
        File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        var path = Path.Combine(folder, "readable");
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(cluster.KubeconfigPath, Token)).Replace("127.0.0.1", "localhost", StringComparison.Ordinal), Token);
        File.SetUnixFileMode(path, (UnixFileMode)0b110_100_100);
        return path;
    }

    private static async Task<JsonNode> JsonAsync(string folder, string name) => JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, name), Token))!;

    private static async Task<string> DigestAsync(string path)
    {
        await using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, Token));
    }
}
