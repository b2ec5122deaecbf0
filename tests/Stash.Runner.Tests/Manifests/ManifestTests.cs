using System.Diagnostics;
using System.Runtime.CompilerServices;
using Stash.Core.Api;
using Stash.Core.Yaml;
using Stash.Runner.Tests.Golden;

namespace Stash.Runner.Tests.Manifests;

public sealed class ManifestTests
{
    private static readonly string Root = RepositoryRoot();

    public static TheoryData<string> Kustomizations =>
        ["manifests", "manifests/webhook", "manifests/samples", "kustomize/base", "kustomize/samples"];

    [Theory]
    [MemberData(nameof(Kustomizations))]
    public async Task Kustomization_Builds(string folder)
    {
        var start = new ProcessStartInfo("kubectl", ["kustomize", Path.Combine(Root, folder)]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(1));
        await process.WaitForExitAsync(limit.Token);

        process.ExitCode.ShouldBe(0, await error);
        YamlJson.Read(await output).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Samples_AreValidAndInjected()
    {
        var validated = await RunnerProgram.RunAsync(Root, ["validate", "-f", "manifests/samples"], "", TestContext.Current.CancellationToken);
        var previewed = await RunnerProgram.RunAsync(Root, ["preview", "-f", "manifests/samples"], "", TestContext.Current.CancellationToken);

        validated.ExitCode.ShouldBe(0, validated.Output);
        validated.Output.ShouldNotContain("warning");
        previewed.ExitCode.ShouldBe(0, previewed.Error);
        var containers = YamlJson.Read(previewed.Output).ShouldHaveSingleItem()["spec"]!["initContainers"]!.AsArray();
        containers.Select(container => (string?)container!["name"]).ShouldContain(SidecarNames.Container);
    }

    private static string RepositoryRoot([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
