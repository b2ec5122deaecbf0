using Stash.Core.Api;
using Stash.Core.Yaml;
using Stash.Runner.Tests.Golden;

namespace Stash.Runner.Tests.Manifests;

public sealed class ManifestTests
{
    public static TheoryData<string> Kustomizations =>
    [
        "manifests", "manifests/webhook", "manifests/samples", "kustomize/base", "kustomize/samples",
        "kustomize/overlays/default", "kustomize/overlays/cert-manager", "kustomize/overlays/uninstall", "kustomize/overlays/purge",
    ];

    [Theory]
    [MemberData(nameof(Kustomizations))]
    public async Task Kustomization_Builds(string folder) => (await Kustomize.BuildAsync(folder)).ShouldNotBeEmpty();

    [Fact]
    public async Task Samples_AreValidAndInjected()
    {
        var validated = await RunnerProgram.RunAsync(RepositoryFolder.Root, ["validate", "-f", "manifests/samples"], "", TestContext.Current.CancellationToken);
        var previewed = await RunnerProgram.RunAsync(RepositoryFolder.Root, ["preview", "-f", "manifests/samples"], "", TestContext.Current.CancellationToken);

        validated.ExitCode.ShouldBe(0, validated.Output);
        validated.Output.ShouldNotContain("warning");
        previewed.ExitCode.ShouldBe(0, previewed.Error);
        var containers = YamlJson.Read(previewed.Output).ShouldHaveSingleItem()["spec"]!["initContainers"]!.AsArray();
        containers.Select(container => (string?)container!["name"]).ShouldContain(SidecarNames.Container);
    }
}
