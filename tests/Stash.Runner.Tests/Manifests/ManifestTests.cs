using Stash.Core.Api;
using Stash.Core.Yaml;
using Stash.Runner.Tests.Golden;

namespace Stash.Runner.Tests.Manifests;

public sealed class ManifestTests
{
    public static TheoryData<string> Kustomizations =>
    [
        "manifests", "manifests/webhook", "manifests/samples", "manifests/samples-mariadb", "kustomize/base", "kustomize/samples",
        "kustomize/overlays/default", "kustomize/overlays/cert-manager", "kustomize/overlays/uninstall", "kustomize/overlays/purge",
    ];

    [Theory]
    [MemberData(nameof(Kustomizations))]
    public async Task Kustomization_Builds(string folder) => (await Kustomize.BuildAsync(folder)).ShouldNotBeEmpty();

    [Theory]
    [InlineData("manifests/samples")]
    [InlineData("manifests/samples-mariadb")]
    public async Task Samples_AreValidAndInjected(string folder)
    {
        var validated = await RunnerProgram.RunAsync(RepositoryFolder.Root, ["validate", "-f", folder], "", TestContext.Current.CancellationToken);
        var previewed = await RunnerProgram.RunAsync(RepositoryFolder.Root, ["preview", "-f", folder], "", TestContext.Current.CancellationToken);

        validated.ExitCode.ShouldBe(0, validated.Output);
        validated.Output.ShouldNotContain("warning");
        previewed.ExitCode.ShouldBe(0, previewed.Error);
        var containers = YamlJson.Read(previewed.Output).ShouldHaveSingleItem()["spec"]!["initContainers"]!.AsArray();
        containers.Select(container => (string?)container!["name"]).ShouldContain(SidecarNames.Container);
    }
}
